import pytest
from twilio.base.exceptions import TwilioRestException

from simulator.keywords import opt_out_type
from simulator.twiml import TwimlRefused, texts_in
from tests.simulator.world import ACCOUNT, CLINIC


def test_an_inbound_text_reaches_the_webhook_signed_and_whole(world, phone):
    sent = world.reply(phone, "4 6 3 – not bad & ünïcode")

    [post] = world.inbound(phone)
    assert post["signed"]
    assert post["MessageSid"] == post["SmsSid"] == sent["sid"]
    assert (post["AccountSid"], post["From"], post["To"]) == (ACCOUNT, phone, CLINIC)
    assert post["Body"] == "4 6 3 – not bad & ünïcode"
    assert (post["NumMedia"], post["NumSegments"]) == ("0", "1")
    assert (post["SmsStatus"], post["ApiVersion"]) == ("received", "2010-04-01")
    assert "OptOutType" not in post
    assert sent["taken"] is True


def test_pictures_come_as_the_carrier_hands_them_over(world, phone):
    sent = world.reply(phone, "my arm", media=["image/jpeg", "audio/amr"])

    [post] = world.inbound(phone)
    assert post["signed"]
    assert sent["sid"].startswith("MM")
    assert (post["NumMedia"], post["MediaContentType0"]) == ("2", "image/jpeg")
    assert post["MediaContentType1"] == "audio/amr"
    assert f"/Messages/{sent['sid']}/Media/ME" in post["MediaUrl1"]


def test_pictures_are_listed_by_the_official_client(world, phone):
    sent = world.reply(phone, "", media=["image/jpeg"])

    [listed] = world.twilio.messages.list(from_=phone)
    [picture] = world.twilio.messages(sent["sid"]).media.list()
    assert listed.num_media == "1"
    assert (picture.content_type, picture.parent_sid) == ("image/jpeg", sent["sid"])


def test_what_is_no_content_type_is_refused(world, phone):
    assert "media must be a list" in world.reply(phone, "", media=["<b>"])["error"]


def test_a_webhook_that_fails_is_tried_once_more_with_the_same_sid(world, phone):
    world.clinic.answers[phone] = [503, 200]

    sent = world.reply(phone, "C")

    assert [post["MessageSid"] for post in world.inbound(phone)] == [sent["sid"]] * 2
    assert [answer["status"] for answer in sent["answers"]] == [503, 200]
    assert sent["taken"] is True


def test_one_inbound_text_can_be_delivered_many_times(world, phone):
    sent = world.reply(phone, "C", copies=3)
    again = world.reply(phone, "", sid=sent["sid"])

    assert again["sid"] == sent["sid"]
    assert [post["MessageSid"] for post in world.inbound(phone)] == [sent["sid"]] * 4
    assert len(world.twilio.messages.list(from_=phone)) == 1


def test_the_texts_of_a_twiml_answer_are_sent(world, phone):
    world.clinic.twiml[phone] = (
        "<Response><Message>First &amp; foremost</Message>"
        "<Message><Body>Second</Body></Message></Response>"
    )

    world.reply(phone, "Hello")

    replies = world.twilio.messages.list(to=phone)[::-1]
    assert [m.body for m in replies] == ["First & foremost", "Second"]
    assert {m.direction for m in replies} == {"outbound-reply"}
    assert [row["outcome"] for row in world.ledger(phone, "reply")] == ["accepted"] * 2


@pytest.mark.parametrize("answer", ["{}", "<Other/>", "<Response>"])
def test_an_answer_that_is_no_twiml_is_refused(answer):
    with pytest.raises(TwimlRefused):
        texts_in(answer)


@pytest.mark.parametrize("answer", ["", "  ", "<Response/>", "<Response><Message/></Response>"])
def test_an_empty_twiml_answer_says_nothing(answer):
    assert texts_in(answer) == []


def test_stop_blocks_the_sender_and_start_lifts_it(world, phone):
    world.reply(phone, " stop ")
    with pytest.raises(TwilioRestException) as caught:
        world.text(phone)
    world.reply(phone, "Start")

    assert caught.value.code == 21610
    assert world.text(phone).sid
    assert [post.get("OptOutType") for post in world.inbound(phone)] == ["STOP", "START"]


def test_after_stop_a_twiml_answer_is_refused_too(world, phone):
    world.clinic.twiml[phone] = "<Response><Message>Sorry to see you go</Message></Response>"

    world.reply(phone, "STOP")

    [row] = world.ledger(phone, "reply")
    assert (row["outcome"], row["code"]) == ("refused", 21610)
    assert world.twilio.messages.list(to=phone) == []


def test_the_carrier_sends_no_confirmation_of_its_own(world, phone):
    world.reply(phone, "STOP")

    assert world.get("/control/messages", phone=phone).json()[-1]["direction"] == "inbound"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("STOP", "STOP"),
        ("Unsubscribe", "STOP"),
        ("cancel", "STOP"),
        ("optout", "STOP"),
        ("yes", "START"),
        ("UNSTOP", "START"),
        ("info", "HELP"),
        ("stop please", None),
        ("C", None),
    ],
)
def test_only_the_bare_word_is_a_keyword(body, kind):
    assert opt_out_type(body) == kind


@pytest.mark.parametrize(
    "wish", [{}, {"from": "alice"}, {"to": "the clinic"}, {"copies": 0}, {"sid": "?"}]
)
def test_an_impossible_inbound_text_is_refused_with_a_sentence(world, wish):
    assert world.reply("", "", **wish)["error"].endswith(".")
