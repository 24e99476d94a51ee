import asyncio
import re
from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from booking.sandbox.clock import now
from tests.sandbox.world import ACCOUNT, CLINIC, TOKENS, AsyncRedirected, Redirected, World

TEXT = (str, type(None))
FIELDS = {
    "body": (TEXT, None),
    "num_segments": (str, r"\d+"),
    "direction": (str, "inbound|outbound-api|outbound-call|outbound-reply"),
    "from": (TEXT, r"\+\d+"),
    "to": (TEXT, r"\+\d+"),
    "date_updated": (str, r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000"),
    "price": (TEXT, r"-\d+\.\d+"),
    "error_message": (TEXT, None),
    "uri": (str, rf"/2010-04-01/Accounts/{ACCOUNT}/Messages/SM[0-9a-f]{{32}}\.json"),
    "account_sid": (str, ACCOUNT),
    "num_media": (str, "0"),
    "status": (
        str,
        "queued|sending|sent|failed|delivered|undelivered|receiving|received|accepted"
        "|scheduled|read|partially_delivered|canceled",
    ),
    "messaging_service_sid": (TEXT, "MG[0-9a-f]{32}"),
    "sid": (str, "(SM|MM)[0-9a-f]{32}"),
    "date_sent": (TEXT, r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000"),
    "date_created": (str, r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000"),
    "error_code": ((int, type(None)), None),
    "price_unit": (str, "[A-Z]{3}"),
    "api_version": (str, "2010-04-01"),
    "subresource_uris": (dict, None),
}


def is_like_twilios(resource):
    assert resource.keys() == FIELDS.keys()
    for name, (kind, pattern) in FIELDS.items():
        assert isinstance(resource[name], kind), name
        if pattern and resource[name] is not None:
            assert re.fullmatch(pattern, resource[name]), (name, resource[name])


def test_the_official_client_sends_and_fetches_a_text(world, phone):
    sent = world.text(phone, "See you at ten.")

    fetched = world.twilio.messages(sent.sid).fetch()

    assert (fetched.body, fetched.to, fetched.from_) == ("See you at ten.", phone, CLINIC)
    assert (sent.status, sent.direction, sent.num_segments) == ("queued", "outbound-api", "1")
    assert sent.error_code is None
    assert abs(sent.date_created - now()) < timedelta(seconds=5)


# The official client still builds its sign-in with what aiohttp 3.14 calls deprecated.
@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:The 'auth' parameter is deprecated:DeprecationWarning")
def test_the_asynchronous_client_sends_fetches_and_lists(world, phone):
    async def send():
        http = AsyncRedirected(world.base_url)
        async with http:
            client = Client(ACCOUNT, TOKENS[0], http_client=http)
            sent = await client.messages.create_async(to=phone, from_=CLINIC, body="Hello")
            fetched = await client.messages(sent.sid).fetch_async()
            listed = await client.messages.list_async(to=phone)
        return sent.sid, fetched.sid, [message.sid for message in listed]

    sent, fetched, listed = asyncio.run(send())

    assert fetched == sent
    assert listed == [sent]


def test_a_create_and_a_list_have_every_field_in_its_type(world, phone):
    created = world.post_create(To=phone, From=CLINIC, Body="Hi")
    world.until(lambda: world.twilio.messages(created.json()["sid"]).fetch().date_sent)
    listed = requests.get(
        world.messages_url(), params={"To": phone}, auth=(ACCOUNT, TOKENS[0]), timeout=5
    ).json()

    assert created.status_code == 201
    is_like_twilios(created.json())
    is_like_twilios(listed["messages"][0])
    assert parsedate_to_datetime(listed["messages"][0]["date_sent"]).tzinfo is not None
    assert listed["messages"][0]["price"] == "-0.00790"


@pytest.mark.parametrize("token", TOKENS)
def test_every_token_of_a_rotation_signs_in(world, phone, token):
    client = Client(ACCOUNT, token, http_client=Redirected(world.base_url))

    assert client.messages.create(to=phone, from_=CLINIC, body="Hi").sid


@pytest.mark.parametrize("auth", [(ACCOUNT, "wrong"), ("AC" + "0" * 32, TOKENS[0]), None])
def test_a_wrong_sign_in_gets_401_and_20003(world, phone, auth):
    answer = world.post_create(auth=auth, To=phone, From=CLINIC, Body="Hi")

    assert answer.status_code == 401
    assert answer.json()["code"] == 20003
    [row] = world.ledger(phone)
    assert (row["outcome"], row["code"]) == ("refused", 20003)


REFUSED = {
    "no To": ({"To": None}, 21604),
    "empty To": ({"To": ""}, 21604),
    "To without a plus": ({"To": "2025550123"}, 21211),
    "To that is a word": ({"To": "alice"}, 21211),
    "To too short": ({"To": "+12"}, 21211),
    "no Body": ({"Body": None}, 21602),
    "empty Body": ({"Body": ""}, 21602),
    "long Body": ({"Body": "a" * 1601}, 21617),
    "long Body of emoji": ({"Body": "🙂" * 801}, 21617),
    "no From": ({"From": None}, 21603),
    "From of somebody else": ({"From": "+15005550007"}, 21659),
    "From that is a name": ({"From": "LUPINE"}, 21606),
    "From that is nothing": ({"From": "+1 what?"}, 21212),
    "unknown service": ({"From": None, "MessagingServiceSid": "MG" + "0" * 32}, 21703),
    "To the clinic itself": ({"To": CLINIC}, 21266),
    "callback with odd letters": ({"StatusCallback": "http://127.0.0.1/ü"}, 21609),
    "callback to nowhere": ({"StatusCallback": "not a url"}, 21609),
    "validity of none": ({"ValidityPeriod": "0"}, 21625),
    "validity too long": ({"ValidityPeriod": "36001"}, 21625),
    "validity that is no number": ({"ValidityPeriod": "soon"}, 21625),
    "a picture": ({"MediaUrl": "https://example.org/a.png"}, 20001),
    "schedule without a service": (
        {"ScheduleType": "fixed", "SendAt": "2099-01-01T00:00:00Z"},
        35118,
    ),
    "schedule without a time": ({"ScheduleType": "fixed"}, 35111),
}


@pytest.mark.parametrize(("change", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_what_twilio_refuses_is_refused_with_its_code(world, phone, change, code):
    params = {"To": phone, "From": CLINIC, "Body": "Hi", **change}

    answer = world.post_create(
        **{name: value for name, value in params.items() if value is not None}
    )

    assert answer.status_code in {400, 404}
    assert answer.json().keys() == {"code", "message", "more_info", "status"}
    assert answer.json()["code"] == code
    assert answer.json()["status"] == answer.status_code


def test_a_refusal_reaches_the_official_client_as_its_exception(world):
    with pytest.raises(TwilioRestException) as caught:
        world.text("nobody")

    assert (caught.value.code, caught.value.status) == (21211, 400)


def test_a_text_of_1600_characters_is_taken(world, phone):
    assert world.text(phone, "a" * 1600).num_segments == "11"


def test_refusals_are_in_the_ledger_too(world, phone):
    world.post_create(To=phone, From=CLINIC)

    [row] = world.ledger(phone)
    assert (row["kind"], row["outcome"], row["code"]) == ("create", "refused", 21602)
    assert row["params"] == {"To": phone, "From": CLINIC}


def test_an_unknown_text_is_404_and_20404(world):
    with pytest.raises(TwilioRestException) as caught:
        world.twilio.messages("SM" + "0" * 32).fetch()

    assert (caught.value.code, caught.value.status) == (20404, 404)


def test_an_unknown_resource_is_404_and_20404(world):
    answer = requests.get(
        f"{world.base_url}/2010-04-01/Accounts/{ACCOUNT}/Calls.json",
        auth=(ACCOUNT, TOKENS[0]),
        timeout=5,
    )

    assert (answer.status_code, answer.json()["code"]) == (404, 20404)


def delivered(world, phone, body="Private words"):
    message = world.text(phone, body)
    world.until(lambda: world.twilio.messages(message.sid).fetch().status == "delivered")
    return message


def test_a_delivered_text_can_be_redacted(world, phone):
    message = delivered(world, phone)

    redacted = world.twilio.messages(message.sid).update(body="")

    assert redacted.body == ""
    assert world.twilio.messages(message.sid).fetch().body == ""


def test_a_text_cannot_be_rewritten(world, phone):
    message = delivered(world, phone)

    with pytest.raises(TwilioRestException) as caught:
        world.twilio.messages(message.sid).update(body="Other words")

    assert caught.value.status == 400


def test_a_delivered_text_can_be_deleted(world, phone):
    message = delivered(world, phone)

    assert world.twilio.messages(message.sid).delete()
    assert world.twilio.messages.list(to=phone) == []


def test_a_text_on_its_way_can_be_neither_deleted_redacted_nor_canceled(world, phone):
    world.faults({"kind": "delivery_delay", "seconds": 60, "to": phone})
    message = world.twilio.messages(world.text(phone).sid)

    for change in (message.delete, lambda: message.update(body="")):
        with pytest.raises(TwilioRestException) as caught:
            change()
        assert (caught.value.code, caught.value.status) == (20009, 409)
    with pytest.raises(TwilioRestException) as caught:
        message.update(status="canceled")
    assert caught.value.code == 30409


def test_a_drip_of_odd_bytes_is_answered_and_not_a_crash(world):
    answer = requests.post(
        world.messages_url(),
        data=b"To=%ff%fe&Body=\xff\x00&&&=",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        auth=(ACCOUNT, TOKENS[0]),
        timeout=5,
    )

    assert answer.status_code == 400


def test_a_huge_request_is_refused(world, phone):
    assert world.post_create(To=phone, From=CLINIC, Body="a" * 400_000).status_code == 413


SERVICE = "MG" + "c3" * 16


@pytest.fixture
def service_world(tmp_path):
    world = World(tmp_path, service_sid=SERVICE, keyword_replies=True)
    yield world
    world.close()


def test_a_messaging_service_assigns_the_sender_when_the_text_leaves(service_world, phone):
    sent = service_world.twilio.messages.create(to=phone, messaging_service_sid=SERVICE, body="Hi")

    assert (sent.status, sent.from_, sent.num_segments) == ("accepted", None, "0")
    service_world.until(
        lambda: service_world.twilio.messages(sent.sid).fetch().status == "delivered"
    )
    fetched = service_world.twilio.messages(sent.sid).fetch()
    assert (fetched.from_, fetched.messaging_service_sid) == (CLINIC, SERVICE)


def test_a_scheduled_text_waits_and_can_be_canceled(service_world, phone):
    sent = service_world.twilio.messages.create(
        to=phone,
        messaging_service_sid=SERVICE,
        body="Hi",
        schedule_type="fixed",
        send_at=now() + timedelta(hours=1),
    )

    canceled = service_world.twilio.messages(sent.sid).update(status="canceled")

    assert (sent.status, canceled.status) == ("scheduled", "canceled")


def test_a_text_scheduled_too_soon_is_refused(service_world, phone):
    with pytest.raises(TwilioRestException) as caught:
        service_world.twilio.messages.create(
            to=phone,
            messaging_service_sid=SERVICE,
            body="Hi",
            schedule_type="fixed",
            send_at=now() + timedelta(minutes=1),
        )

    assert caught.value.code == 35114


def test_the_carriers_own_keyword_answers_are_a_setting(service_world, phone):
    service_world.reply(phone, "STOP")

    [answer] = service_world.twilio.messages.list(to=phone)
    assert "START" in answer.body
