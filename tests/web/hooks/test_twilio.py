"""The carrier's webhooks: only what it signed counts, and each text and report counts once."""

from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from structlog.testing import capture_logs
from twilio.request_validator import RequestValidator

from booking.messaging.inbound_models import InboundMessage
from booking.messaging.kinds import Channel
from booking.messaging.message import MessageState
from booking.messaging.models import Message, OptOut
from booking.runtime import INBOUND_PATH, STATUS_PATH
from tests.web.carrier import ACCOUNT, ANAS_PHONE, NEW, OLD, PUBLIC, Carrier
from tests.web.site import settings_for


@pytest.fixture
def settings(tmp_path, empty_database):
    (tmp_path / "lupine.sqlite3").write_bytes(empty_database.read_bytes())
    return settings_for(tmp_path, public_base_url=PUBLIC, twilio_auth_tokens=f"{NEW},{OLD}")


@pytest.fixture
def carrier(app):
    return Carrier(app)


@pytest.fixture
def confirmation(booked, carrier):
    """Ana's confirmation text, still in the outbox."""
    texts = [one for one in carrier.rows(Message) if one.channel is Channel.SMS]
    return next(one for one in texts if one.kind == "confirmation")


@pytest.mark.parametrize("token", [NEW, OLD], ids=["the newest token", "the one before it"])
def test_a_text_signed_with_one_of_our_tokens_is_kept(carrier, token):
    answer = carrier.text("hello", token=token)

    assert answer.status_code == 200
    assert answer.mimetype == "text/xml"
    assert "<Message" not in answer.text, "answers go out as texts of their own"
    (kept,) = carrier.rows(InboundMessage)
    assert (kept.phone, kept.body) == (ANAS_PHONE, "hello")


@pytest.mark.parametrize(
    "wrong",
    [
        {"signature": False},
        {"signature": "bm90IHJpZ2h0"},
        {"signature": "é"},
        {"token": "a-token-of-somebody-else-0123456789"},
        {"sent": {"Body": "STOP"}},
        {"sent": {"Added": "later"}},
        {"form": {"AccountSid": "AC" + "f" * 32}},
        {"form": {"AccountSid": None}},
        {"base": "http://localhost"},
        {"base": "https://elsewhere.example.org"},
    ],
    ids=str,
)
@pytest.mark.parametrize("hook", ["text", "report"])
def test_what_the_carrier_did_not_sign_is_refused_and_nothing_is_stored(
    carrier, confirmation, hook, wrong
):
    before = carrier.kept

    if hook == "text":
        answer = carrier.text(**wrong)
    else:
        answer = carrier.report(confirmation.id, "delivered", **wrong)

    assert answer.status_code == 403
    assert carrier.kept == before


def test_the_signature_is_checked_over_the_public_address_whatever_the_host_header_says(carrier):
    host = {"Host": "internal:8000"}

    assert carrier.text(base_url="http://internal:8000").status_code == 200
    refused = carrier.text(base="http://internal:8000", base_url="http://internal:8000")

    assert refused.status_code == 403, host


def test_the_query_is_part_of_what_is_signed(carrier, confirmation, app):
    form = {"MessageSid": "SM1", "MessageStatus": "sent", "AccountSid": ACCOUNT}
    right = RequestValidator(NEW).compute_signature(
        f"{PUBLIC}{STATUS_PATH}?message={confirmation.id}", form
    )

    answer = carrier.post(f"{STATUS_PATH}?message={confirmation.id}&more=1", form, signature=right)

    assert answer.status_code == 403


def test_blank_fields_are_part_of_the_signature(carrier):
    answer = carrier.text("", form={"FromCity": "", "FromState": ""})

    assert answer.status_code == 200
    assert len(carrier.rows(InboundMessage)) == 1


def test_no_form_token_is_asked_of_the_carrier_and_no_session_is_given(carrier):
    assert "Set-Cookie" not in carrier.text().headers


@pytest.mark.parametrize("path", [INBOUND_PATH, STATUS_PATH])
def test_a_hook_only_takes_posts(carrier, path):
    assert carrier.client.get(path).status_code == 405


def test_the_same_text_delivered_again_has_one_effect(carrier, confirmation):
    for _ in range(3):
        assert carrier.text("STOP", sid="SM" + "7" * 32).status_code == 200

    assert len(carrier.rows(InboundMessage)) == 1
    assert len(carrier.rows(OptOut)) == 1
    answers = [one.channel for one in carrier.rows(Message) if one.kind == "opted_out"]
    assert sorted(answers) == ["email", "sms"]


def test_a_report_is_kept_and_moves_its_message_on(carrier, confirmation):
    assert carrier.report(confirmation.id, "sent").status_code == 204
    assert carrier.report(confirmation.id, "delivered").status_code == 204
    assert carrier.report(confirmation.id, "sent").status_code == 204

    (kept,) = [one for one in carrier.rows(Message) if one.id == confirmation.id]
    assert kept.state is MessageState.DELIVERED
    assert kept.provider_sid == "SM" + "2" * 32


def test_a_report_about_nothing_of_ours_is_taken_and_forgotten(carrier):
    before = carrier.kept

    assert carrier.report("01a20300-aaaa-7bbb-8ccc-0123456789ab", "sent").status_code == 204
    assert carrier.report("no-id-at-all", "sent").status_code == 204

    assert carrier.kept == before


@pytest.mark.parametrize("code", ["", "abc", "-1", "²", "9" * 5000, "30003 "])
def test_an_error_code_that_is_none_is_left_out(carrier, confirmation, code):
    answer = carrier.report(confirmation.id, "undelivered", form={"ErrorCode": code})

    assert answer.status_code == 204
    (kept,) = [one for one in carrier.rows(Message) if one.id == confirmation.id]
    assert kept.state is MessageState.UNDELIVERED
    assert kept.error_code is None


def test_an_error_code_is_kept(carrier, confirmation):
    carrier.report(confirmation.id, "undelivered", form={"ErrorCode": "30006"})

    (kept,) = [one for one in carrier.rows(Message) if one.id == confirmation.id]
    assert kept.error_code == 30006


@pytest.mark.parametrize("sid", [None, ""])
def test_without_the_carriers_id_nothing_is_bound_or_kept(carrier, confirmation, sid):
    before = carrier.kept

    assert carrier.text(sid=sid).status_code == 400
    assert carrier.report(confirmation.id, "sent", sid=sid).status_code == 400

    assert carrier.kept == before


@pytest.mark.parametrize(
    ("sender", "kept_as"),
    [
        ("", ""),
        ("SUPPORT", "SUPPORT"),
        ("+1 (212) 555-0134", "+12125550134"),
        ("+" + "1" * 400, "+" + "1" * 15),
        ("rcs:agent@example", "rcsagentexample"),
    ],
)
def test_a_sender_that_is_no_phone_is_kept_and_reaches_nobody(carrier, sender, kept_as):
    assert carrier.text("hello?", sender=sender).status_code == 200

    (kept,) = carrier.rows(InboundMessage)
    assert kept.phone == kept_as
    assert kept.patient_id is None


@pytest.mark.parametrize(
    "body", ["", "x" * 100_000, "\x00", "🤕" * 2000, "4 6 3 \u202e\ufeff", "\r\n" * 500], ids=repr
)
def test_a_strange_text_is_kept_whole(carrier, body):
    assert carrier.text(body).status_code == 200

    (kept,) = carrier.rows(InboundMessage)
    assert kept.body == body


def test_a_form_too_large_is_refused_and_nothing_is_stored(carrier):
    answer = carrier.text("x" * 300_000)

    assert answer.status_code == 413
    assert carrier.rows(InboundMessage) == []


def test_very_long_ids_are_cut_and_still_count_once(carrier):
    for _ in range(2):
        assert carrier.text(sid="SM" + "9" * 500).status_code == 200

    assert len(carrier.rows(InboundMessage)) == 1


AWAY = OperationalError("UPDATE", {}, Exception("the server went away"))
NONE_FREE = PoolTimeout("no connection is free")


class FailingDatabase:
    """Fails from a given transaction on, as when the server goes away."""

    def __init__(self, real, works_for, error):
        self._real, self._works_for, self._error = real, works_for, error

    @contextmanager
    def transaction(self):
        self._works_for -= 1
        if self._works_for < 0:
            raise self._error
        with self._real.transaction() as session:
            yield session

    def read_only(self):
        return self._real.read_only()


@pytest.fixture
def failing(app):
    def fail(works_for=0, error=AWAY):
        runtime = app.extensions["lupine"]
        app.extensions["lupine"] = replace(
            runtime, database=FailingDatabase(runtime.database, works_for, error)
        )
        return runtime

    return fail


@pytest.mark.parametrize("error", [AWAY, NONE_FREE], ids=["away", "none free"])
def test_a_database_that_fails_makes_the_carrier_try_again(
    carrier, app, confirmation, failing, error
):
    before = carrier.kept
    working = failing(error=error)

    assert carrier.text("STOP").status_code == 503
    assert carrier.report(confirmation.id, "delivered").status_code == 503

    app.extensions["lupine"] = working
    assert carrier.kept == before
    assert carrier.text("STOP").status_code == 200
    assert len(carrier.rows(OptOut)) == 1


def test_a_text_kept_but_not_acted_on_is_acted_on_when_it_comes_again(carrier, app, failing):
    working = failing(works_for=1)
    assert carrier.text("STOP").status_code == 503
    app.extensions["lupine"] = working
    assert len(carrier.rows(InboundMessage)) == 1, "nothing that arrived is lost"
    assert carrier.rows(OptOut) == []

    assert carrier.text("STOP").status_code == 200

    assert len(carrier.rows(InboundMessage)) == 1
    assert len(carrier.rows(OptOut)) == 1


WORDS = "I have chest pain and my name is Zebedee"


def test_what_the_webhooks_log_has_ids_and_masked_numbers_only(carrier, confirmation, failing):
    with capture_logs() as lines:
        carrier.text(WORDS)
        carrier.text(WORDS, sender="rcs:zebedee@example", sid="SM" + "3" * 32)
        carrier.text(WORDS, signature="wrong")
        carrier.report(confirmation.id, "delivered", form={"Body": WORDS})
        carrier.report("no-id-at-all", "sent")
        failing()
        carrier.text(WORDS, sid="SM" + "4" * 32)
        carrier.report(confirmation.id, "failed")

    told = "\n".join(map(repr, lines))
    assert "SM" + "1" * 32 in told
    assert "+1******0134" in told
    for secret in (ANAS_PHONE, ANAS_PHONE[2:], "Zebedee", "zebedee", "chest", "pain"):
        assert secret not in told
