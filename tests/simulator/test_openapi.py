"""The simulator's answers, held to Twilio's published description of its message resource."""

from datetime import timedelta

import pytest
import requests

from simulator.clock import now
from tests.simulator.description import form_of, misfits_of, operation
from tests.simulator.world import ACCOUNT, CLINIC, TOKENS, World

AUTH = (ACCOUNT, TOKENS[0])
SERVICE = "MG" + "c3" * 16
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    world = World(tmp_path_factory.mktemp("served"), service_sid=SERVICE)
    yield world
    world.close()


@pytest.fixture
def carrier(served):
    """A simulator with a messaging service."""
    yield served
    served.faults()


@pytest.fixture
def slow(tmp_path):
    """A simulator whose texts leave at once and never arrive."""
    world = World(tmp_path, delivered_after=3600)
    yield world
    world.close()


def ask(world, method, path, **more):
    return requests.request(method, world.base_url + path, auth=AUTH, timeout=5, **more)


def message_path(sid):
    return MESSAGES.replace(".json", f"/{sid}.json")


def in_state(world, sid, status):
    """Wait for a text's status and return its resource, fetched and found in the list alike."""
    seen = []

    def has_come():
        seen.append(ask(world, "GET", message_path(sid)))
        return seen[-1].json()["status"] == status

    world.until(has_come)
    listed = ask(world, "GET", MESSAGES)
    assert misfits_of("FetchMessage", seen[-1]) == []
    assert misfits_of("ListMessage", listed) == []
    assert seen[-1].json() in listed.json()["messages"]
    return seen[-1].json()


def scheduled(world, phone):
    send_at = (now() + timedelta(hours=1)).isoformat()
    service = {"MessagingServiceSid": SERVICE, "ScheduleType": "fixed", "SendAt": send_at}
    return world.post_create(To=phone, Body="Hi", **service)


# -- create ----------------------------------------------------------------------------------

CREATES = {
    "a plain text": {"From": CLINIC},
    "a long one in UCS-2": {"From": CLINIC, "Body": "é🙂 " * 200},
    "one to be called back about": {"From": CLINIC, "StatusCallback": "http://127.0.0.1:1/"},
    "through a messaging service": {"MessagingServiceSid": SERVICE},
    "through a service, from a number": {"MessagingServiceSid": SERVICE, "From": CLINIC},
}


@pytest.mark.parametrize("params", CREATES.values(), ids=CREATES.keys())
def test_the_answer_to_a_create_is_as_described(carrier, phone, params):
    answer = carrier.post_create(**{"To": phone, "Body": "Hi", **params})

    assert misfits_of("CreateMessage", answer) == []
    assert (answer.json()["date_sent"], answer.json()["price"]) == (None, None)


def test_the_answer_to_a_scheduled_create_is_as_described(carrier, phone):
    answer = scheduled(carrier, phone)

    assert misfits_of("CreateMessage", answer) == []
    assert answer.json()["status"] == "scheduled"


@pytest.mark.parametrize("name", form_of("CreateMessage")["required"])
def test_a_create_without_a_field_the_description_requires_is_refused(carrier, phone, name):
    params = {"To": phone, "From": CLINIC, "Body": "Hi"}
    del params[name]

    answer = carrier.post_create(**params)

    assert answer.status_code == 400
    assert name in answer.json()["message"]


@pytest.mark.parametrize("alternatives", operation("CreateMessage")["x-twilio"]["conditional"])
def test_a_create_with_none_of_the_fields_of_which_one_is_needed_is_refused(
    carrier, phone, alternatives
):
    params = {"From": CLINIC, "Body": "Hi"}
    [given] = [name for name in params if name.lower() in alternatives]
    del params[given]

    answer = carrier.post_create(To=phone, **params)

    assert answer.status_code == 400
    assert given.lower() in answer.json()["message"].lower()


# -- a text in every state -------------------------------------------------------------------


def test_a_queued_text_is_as_described(carrier, phone):
    carrier.faults({"kind": "delivery_delay", "to": phone, "seconds": 60})

    shown = in_state(carrier, carrier.text(phone).sid, "queued")

    assert (shown["direction"], shown["from"], shown["to"]) == ("outbound-api", CLINIC, phone)
    assert (shown["date_sent"], shown["price"], shown["error_code"]) == (None, None, None)


def test_an_accepted_text_has_no_sender_yet_and_is_as_described(carrier, phone):
    carrier.faults({"kind": "delivery_delay", "to": phone, "seconds": 60})
    sent = carrier.post_create(To=phone, MessagingServiceSid=SERVICE, Body="Hi").json()

    shown = in_state(carrier, sent["sid"], "accepted")

    assert (shown["from"], shown["num_segments"]) == (None, "0")
    assert shown["messaging_service_sid"] == SERVICE


def test_a_sent_text_is_as_described(slow, phone):
    shown = in_state(slow, slow.text(phone).sid, "sent")

    assert shown["date_sent"] is not None


def test_a_delivered_text_is_as_described_and_has_its_price(carrier, phone):
    shown = in_state(carrier, carrier.text(phone).sid, "delivered")

    assert (shown["price"], shown["price_unit"]) == ("-0.00790", "USD")
    assert (shown["num_media"], shown["api_version"]) == ("0", "2010-04-01")
    assert shown["messaging_service_sid"] is None


@pytest.mark.parametrize(("code", "status"), [(30003, "undelivered"), (30001, "failed")])
def test_a_text_that_fails_is_as_described_and_says_why(carrier, phone, code, status):
    carrier.faults({"kind": "delivery_failure", "to": phone, "code": code})

    shown = in_state(carrier, carrier.text(phone).sid, status)

    assert shown["error_code"] == code
    assert shown["error_message"]


def test_a_patients_text_is_as_described(carrier, phone):
    shown = in_state(carrier, carrier.reply(phone, "C")["sid"], "received")

    assert (shown["direction"], shown["from"], shown["to"]) == ("inbound", phone, CLINIC)
    assert (shown["error_code"], shown["error_message"]) == (None, None)


@pytest.mark.parametrize(
    ("answers", "twiml", "code"), [([500, 500], "", 11200), ([], "not TwiML", 12100)]
)
def test_a_patients_text_the_clinic_did_not_take_says_why(carrier, phone, answers, twiml, code):
    carrier.clinic.answers[phone] = answers
    carrier.clinic.twiml[phone] = twiml

    shown = in_state(carrier, carrier.reply(phone, "C")["sid"], "received")

    assert shown["error_code"] == code
    assert shown["error_message"]


def test_a_reply_by_twiml_is_as_described(carrier, phone):
    carrier.clinic.twiml[phone] = "<Response><Message>Thank you</Message></Response>"
    carrier.reply(phone, "C")
    [reply] = carrier.twilio.messages.list(to=phone)

    assert in_state(carrier, reply.sid, "delivered")["direction"] == "outbound-reply"


# -- update, delete, lists -------------------------------------------------------------------


def test_the_answer_to_a_redaction_is_as_described(carrier, phone):
    message = carrier.text(phone, "Private words")
    in_state(carrier, message.sid, "delivered")

    answer = ask(carrier, "POST", message_path(message.sid), data={"Body": ""})

    assert misfits_of("UpdateMessage", answer) == []
    assert answer.json()["body"] == ""


@pytest.mark.parametrize("more", [{}, {"Body": ""}], ids=["kept", "redacted at once"])
def test_the_answer_to_a_cancellation_is_as_described(carrier, phone, more):
    sid = scheduled(carrier, phone).json()["sid"]

    answer = ask(carrier, "POST", message_path(sid), data={"Status": "canceled", **more})

    assert misfits_of("UpdateMessage", answer) == []
    assert (answer.json()["status"], answer.json()["body"]) == ("canceled", more.get("Body", "Hi"))


def test_the_answer_to_a_delete_is_as_described(carrier, phone):
    message = carrier.text(phone)
    in_state(carrier, message.sid, "delivered")

    answer = ask(carrier, "DELETE", message_path(message.sid))

    assert misfits_of("DeleteMessage", answer) == []


def test_every_page_of_a_list_is_as_described(carrier, phone):
    for number in range(5):
        carrier.text(phone, f"Number {number}")
    pages, path = [], f"{MESSAGES}?To=%2B{phone[1:]}&PageSize=2"

    while path:
        pages.append(ask(carrier, "GET", path))
        path = pages[-1].json()["next_page_uri"]

    assert [misfits_of("ListMessage", page) for page in pages] == [[], [], []]
    assert [(p.json()["start"], p.json()["end"]) for p in pages] == [(0, 1), (2, 3), (4, 4)]


def test_a_list_of_nothing_is_as_described(carrier, phone):
    answer = ask(carrier, "GET", MESSAGES, params={"To": phone})

    assert misfits_of("ListMessage", answer) == []
    assert (answer.json()["messages"], answer.json()["end"]) == ([], 0)


def test_the_addresses_in_a_text_lead_to_it_and_to_its_media(carrier, phone):
    shown = in_state(carrier, carrier.text(phone).sid, "delivered")

    itself = ask(carrier, "GET", shown["uri"])
    media = ask(carrier, "GET", shown["subresource_uris"]["media"] + "?PageSize=20")

    assert itself.json() == shown
    assert misfits_of("ListMedia", media) == []
    assert (media.json()["media_list"], media.json()["page_size"]) == ([], 20)
    assert ask(carrier, "GET", media.json()["uri"]).json() == media.json()
