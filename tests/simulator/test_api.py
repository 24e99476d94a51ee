import asyncio
from datetime import timedelta

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from simulator.clock import now
from tests.simulator.world import ACCOUNT, CLINIC, TOKENS, AsyncRedirected, Redirected


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
