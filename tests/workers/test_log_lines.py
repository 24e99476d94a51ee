"""What the workers log: ids and outcomes, never a number, a name or a word of a text."""

from datetime import timedelta

from structlog.testing import capture_logs

from booking.conversations import inbound as replies
from booking.messaging.ports import CarrierRecord, SendOutcome
from tests.build.cast import ALICE, CARMEN
from tests.build.reminder import FIRST_REMINDER, WEDNESDAY
from tests.build.settings import SENDER
from workers import inbound_recovery
from workers.jobs import JOB

WORDS = "I have chest pain and my name is Zebedee"


def secrets(clinic):
    texts = [one.body for one in clinic.sms.sent]
    return [
        *(one for of in (ALICE, CARMEN) for one in (of.phone, of.phone[2:], of.email, of.name)),
        *texts,
        *(one.split("/")[-1] for text in texts for one in text.split() if "/" in one),
        "Zebedee",
        "chest",
    ]


def test_a_send_logs_ids_and_outcomes_only(clinic):
    clinic.booked(ALICE, at=WEDNESDAY)
    clinic.booked(CARMEN, at="2026-03-12T17:00Z")
    clinic.sms.answers_with(
        SendOutcome.REFUSED, error_code=21211, reason=f"{ALICE.phone} is no number"
    )
    with capture_logs() as lines:
        clinic.send_due()
        clinic.clock.set(FIRST_REMINDER)
        clinic.sms.answers_with(SendOutcome.UNKNOWN)
        clinic.send_due()
        JOB["raise alarms"].run(clinic.runtime, lambda: False)

    told = "\n".join(map(repr, lines))
    assert any(str(one.id) in told for one in clinic.messages())
    for secret in secrets(clinic):
        assert secret not in told


def test_taking_up_texts_logs_ids_only(clinic, monkeypatch):
    clinic.booked(ALICE)
    sent_at = clinic.now - timedelta(minutes=5)
    clinic.sms.received = [
        CarrierRecord("SM" + "8" * 32, ALICE.phone, WORDS, "received", None, sent_at)
    ]

    def breaks(*_, **__):
        raise RuntimeError(WORDS)

    monkeypatch.setattr(replies, "process", breaks)
    with capture_logs() as lines:
        inbound_recovery.look_for_missed(clinic.runtime)
        inbound_recovery.act_on_waiting(clinic.runtime)
        clinic.sms.away = True
        inbound_recovery.look_for_missed(clinic.runtime)

    told = "\n".join(map(repr, lines))
    assert "SM" + "8" * 32 in told
    assert len(lines) == 2
    for secret in (*secrets(clinic), SENDER):
        assert secret not in told
