"""Texts through the official client to the simulator: what each answer of it proves."""

import socket
from datetime import UTC, datetime

import pytest
from twilio.request_validator import RequestValidator

from booking.gateways import twilio_http, twilio_sms
from booking.gateways.twilio_sms import RETRIES, TwilioSignatures, TwilioSms
from booking.kit.ids import new_id
from booking.messaging.ports import CarrierOutOfReach, OutgoingText, SendOutcome
from tests.simulator.world import ACCOUNT, CLINIC, TOKENS


@pytest.fixture
def open_gateway(world):
    """A function that makes gateways, each closed at the end."""
    made = []

    def make(**changes):
        made.append(
            TwilioSms(
                **{
                    "account_sid": ACCOUNT,
                    "auth_token": TOKENS[0],
                    "base_url": world.base_url,
                    "sender": CLINIC,
                    "callback_url": world.callback_url(),
                    **changes,
                }
            )
        )
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def gateway(open_gateway):
    return open_gateway()


def text_to(phone, body="See you at ten.", valid_for_s=3600):
    return OutgoingText(new_id(), phone, body, valid_for_s)


def send_one(gateway, text):
    [result] = gateway.send([text])
    assert result.message_id == text.message_id
    return result


def taken(world, phone):
    return [row for row in world.ledger(phone, "create") if row["outcome"] == "accepted"]


def test_an_accepted_text_has_the_carriers_id(world, gateway, phone):
    result = send_one(gateway, text_to(phone))

    assert result.outcome is SendOutcome.ACCEPTED
    [message] = world.twilio.messages.list(to=phone)
    assert (message.sid, message.body) == (result.provider_sid, "See you at ten.")
    assert message.from_ == CLINIC


def test_a_batch_has_one_result_for_each_text(world, gateway, phone):
    other = phone.replace("+1202", "+1303")
    texts = [text_to(phone), text_to(other), text_to("+15005550001")]

    results = {one.message_id: one for one in gateway.send(texts)}

    assert set(results) == {one.message_id for one in texts}
    assert results[texts[0].message_id].provider_sid != results[texts[1].message_id].provider_sid


def test_nothing_to_send_calls_nobody(gateway):
    assert gateway.send([]) == []


def test_the_callbacks_carry_our_own_id(world, gateway, phone):
    text = text_to(phone)
    send_one(gateway, text)

    world.until(lambda: "delivered" in world.statuses(phone))

    assert {one["path"] for one in world.callbacks(phone)} == {
        f"/hooks/status?message={text.message_id}"
    }
    assert all(one["signed"] for one in world.callbacks(phone))


def test_a_phone_that_stopped_texts_is_a_refusal_with_its_code(world, gateway, phone):
    world.faults({"kind": "opted_out", "to": phone})

    result = send_one(gateway, text_to(phone))

    assert (result.outcome, result.error_code) == (SendOutcome.REFUSED, 21610)
    assert taken(world, phone) == []


def test_wrong_credentials_are_a_refusal_with_their_code(open_gateway, phone):
    result = send_one(open_gateway(auth_token="wrong"), text_to(phone))

    assert (result.outcome, result.error_code) == (SendOutcome.REFUSED, 20003)


def test_429_was_not_processed_and_says_when_to_come_back(world, gateway, phone):
    world.faults({"kind": "too_many", "to": phone, "retry_after": 7})

    result = send_one(gateway, text_to(phone))

    assert (result.outcome, result.error_code) == (SendOutcome.NOT_PROCESSED, 20429)
    assert result.retry_after_s == 7
    assert taken(world, phone) == []


def test_a_connection_dropped_after_the_text_was_taken_proves_nothing(world, gateway, phone):
    world.faults({"kind": "drop_after_accept", "to": phone})

    result = send_one(gateway, text_to(phone))

    assert result.outcome is SendOutcome.UNKNOWN
    assert len(taken(world, phone)) == 1


def test_a_server_error_after_the_text_was_taken_proves_nothing(world, gateway, phone):
    world.faults({"kind": "error_after_accept", "to": phone})

    result = send_one(gateway, text_to(phone))

    assert result.outcome is SendOutcome.UNKNOWN
    assert len(taken(world, phone)) == 1


def test_503_proves_nothing(world, gateway, phone):
    world.faults({"kind": "refuse", "to": phone})

    assert send_one(gateway, text_to(phone)).outcome is SendOutcome.UNKNOWN


def test_an_answer_that_never_comes_proves_nothing(world, open_gateway, phone, monkeypatch):
    monkeypatch.setattr(twilio_http, "TIMEOUT_S", 0.1)
    world.faults({"kind": "delay", "to": phone, "seconds": 0.5, "when": "after"})

    result = send_one(open_gateway(), text_to(phone))

    assert result.outcome is SendOutcome.UNKNOWN


def test_a_refused_connection_was_not_processed(open_gateway, phone):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]

        result = send_one(open_gateway(base_url=f"http://127.0.0.1:{port}"), text_to(phone))

    assert result.outcome is SendOutcome.NOT_PROCESSED
    assert result.retry_after_s is None


def test_a_name_that_leads_nowhere_was_not_processed(open_gateway, phone):
    gateway = open_gateway(base_url="http://carrier.invalid")

    assert send_one(gateway, text_to(phone)).outcome is SendOutcome.NOT_PROCESSED


def test_one_text_in_trouble_does_not_trouble_the_others(world, gateway, phone):
    other = phone.replace("+1202", "+1303")
    world.faults({"kind": "drop_after_accept", "to": phone})
    texts = [text_to(phone), text_to(other)]

    outcomes = {one.message_id: one.outcome for one in gateway.send(texts)}

    assert outcomes == {
        texts[0].message_id: SendOutcome.UNKNOWN,
        texts[1].message_id: SendOutcome.ACCEPTED,
    }


def test_what_was_sent_to_a_phone_can_be_listed_and_fetched(world, gateway, phone):
    sid = send_one(gateway, text_to(phone)).provider_sid
    world.until(lambda: "delivered" in world.statuses(phone))

    [listed] = gateway.sent_to(phone)
    fetched = gateway.fetch(sid)

    assert listed == fetched
    assert (fetched.sid, fetched.phone, fetched.status) == (sid, phone, "delivered")
    assert fetched.created_at.tzinfo is not None


def test_a_text_the_carrier_does_not_have_is_none(gateway):
    assert gateway.fetch("SM" + "0" * 32) is None


def test_texts_from_patients_can_be_listed(world, gateway, phone):
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)

    world.reply(phone, "4 6 3")
    world.until(lambda: world.inbound(phone))

    [received] = [one for one in gateway.received_since(long_ago) if one.phone == phone]
    assert received.body == "4 6 3"


@pytest.mark.parametrize("ask", ["sent_to", "fetch", "received_since"])
def test_a_carrier_out_of_reach_cannot_be_asked(open_gateway, ask):
    gateway = open_gateway(base_url="http://carrier.invalid")
    about = datetime(2026, 3, 2, tzinfo=UTC) if ask == "received_since" else "+13035550100"

    with pytest.raises(CarrierOutOfReach):
        getattr(gateway, ask)(about)


def test_an_account_the_carrier_does_not_know_cannot_be_asked_either(open_gateway, phone):
    gateway = open_gateway(account_sid="AC" + "f" * 32)

    with pytest.raises(CarrierOutOfReach):
        gateway.sent_to(phone)


URL = "https://book.example.org/hooks/twilio/inbound?x=1"
FORM = {"From": ["+13035550100"], "Body": [""], "MediaUrl": ["b", "a"]}


@pytest.mark.parametrize("token", ["newest-token", "older-token"])
def test_a_signature_by_any_of_our_tokens_is_right(token):
    fields = twilio_sms._Form(FORM)
    signature = RequestValidator(token).compute_signature(URL, fields)

    signatures = TwilioSignatures(["newest-token", "older-token"])

    assert signatures.are_right(URL, FORM, signature)


@pytest.mark.parametrize(
    ("url", "form"),
    [
        (URL.replace("book.", "evil."), FORM),
        (URL.replace("x=1", "x=2"), FORM),
        (URL, {**FORM, "From": ["+13035550199"]}),
        (URL, {**FORM, "Extra": ["1"]}),
        (URL, {name: value for name, value in FORM.items() if name != "Body"}),
    ],
)
def test_a_signature_over_anything_else_is_wrong(url, form):
    signature = RequestValidator("token").compute_signature(URL, twilio_sms._Form(FORM))

    assert not TwilioSignatures(["token"]).are_right(url, form, signature)


def test_what_an_address_asks_of_the_carrier_may_be_signed_or_not():
    asking = URL + RETRIES
    signatures = TwilioSignatures(["token"])

    for signed, is_right in ((URL, True), (asking, True), (URL + "#rc=5", False)):
        signature = RequestValidator("token").compute_signature(signed, twilio_sms._Form(FORM))
        assert signatures.are_right(URL, FORM, signature) is is_right


def test_status_reports_are_asked_for_again_where_we_fail(world, gateway, phone):
    send_one(gateway, text_to(phone))

    [row] = taken(world, phone)
    assert row["params"]["StatusCallback"].endswith("#rc=2&rp=5xx,ct,rt")
    assert "?message=" in row["params"]["StatusCallback"]


@pytest.mark.parametrize("signature", ["", "x", "é", "=" * 5000])
def test_what_is_no_signature_is_wrong(signature):
    assert not TwilioSignatures(["token"]).are_right(URL, FORM, signature)
