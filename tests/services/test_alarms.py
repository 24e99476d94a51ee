"""Alarms: told before a patient misses a message."""

from datetime import timedelta

import pytest

from booking.domain.message import Channel, Kind, MessageState
from booking.ports import Outcome
from booking.services import by_hand
from booking.services.alarms import AlarmCode, alarms, mail_alarms
from tests.build.cast import ALICE, CORA, ON_CALL_PHONE


def raised(clinic):
    with clinic.reading() as session:
        return alarms(session, clinic.runtime.clinic, clinic.runtime.policies, clinic.now)


def codes(clinic):
    return [alarm.code for alarm in raised(clinic)]


def mailed(clinic):
    with clinic.transaction() as session:
        told = mail_alarms(session, clinic.runtime.clinic, clinic.runtime.policies, clinic.now)
    return [alarm.code for alarm in told]


def test_all_is_well_while_senders_look_and_nothing_waits(clinic):
    clinic.booked(ALICE)
    clinic.send_due()

    assert raised(clinic) == []


def test_a_clinic_where_no_sender_was_ever_seen_raises_an_alarm(clinic):
    [alarm] = raised(clinic)

    assert (alarm.code, alarm.since) == (AlarmCode.NO_SENDER, None)


def test_a_minute_without_a_sender_raises_an_alarm_and_the_next_look_ends_it(clinic):
    clinic.send_due()
    seen = clinic.now
    clinic.clock.pass_(seconds=60)
    assert codes(clinic) == []

    clinic.clock.pass_(seconds=1)

    [alarm] = raised(clinic)
    assert (alarm.code, alarm.since) == (AlarmCode.NO_SENDER, seen)
    clinic.send_due()
    assert codes(clinic) == []


def test_a_message_that_is_due_for_more_than_a_minute_raises_an_alarm(clinic):
    clinic.booked(ALICE)
    due = clinic.now
    clinic.clock.pass_(seconds=60)
    assert AlarmCode.LATE not in codes(clinic)

    clinic.clock.pass_(seconds=1)

    late = next(alarm for alarm in raised(clinic) if alarm.code is AlarmCode.LATE)
    assert late.since == due


def test_a_message_that_is_tried_again_and_again_is_late_from_when_it_was_due(clinic):
    clinic.booked(ALICE)
    due = clinic.now
    clinic.sms.answers_with(Outcome.NOT_PROCESSED, times=99)
    clinic.email.answers_with(Outcome.NOT_PROCESSED, times=99)
    for _ in range(4):
        clinic.send_due()
        clinic.clock.pass_(seconds=30)

    # Each new try lies ahead, so that nothing is due at this instant; it is late all the same.
    clinic.send_due()

    assert [(alarm.code, alarm.since) for alarm in raised(clinic)] == [(AlarmCode.LATE, due)]


def test_a_reminder_that_waits_for_the_morning_is_not_late(clinic):
    booked = clinic.booked(ALICE, at="2026-03-05T14:00Z")
    [reminder, *_] = clinic.messages(kind=Kind.REMINDER, about=booked)
    clinic.send_all("2026-03-03T01:00Z")
    with clinic.transaction() as session:
        # It was kept until the night came.
        session.merge(reminder).next_attempt_at = clinic.now
    clinic.send_due()
    assert clinic.reload(reminder).next_attempt_at > clinic.now + timedelta(hours=1)

    clinic.clock.pass_(hours=2)
    clinic.send_due()

    assert codes(clinic) == []


def test_a_stopped_sender_raises_an_alarm_with_the_carriers_reason_until_it_goes_on(clinic):
    clinic.booked(ALICE)
    clinic.sms.answers_with(Outcome.REFUSED, error_code=20003)
    clinic.send_due()

    [alarm] = raised(clinic)

    assert (alarm.code, alarm.since) == (AlarmCode.STOPPED, clinic.now)
    assert "The carrier refused our credentials." in alarm.sentence
    with clinic.transaction() as session:
        by_hand.resume_sender(
            session, clinic=clinic.runtime.clinic, actor=f"user:{CORA.id}", now=clinic.now
        )
    assert codes(clinic) == []


def test_the_cause_stands_before_what_follows_from_it(clinic):
    clinic.booked(ALICE)
    clinic.sms.answers_with(Outcome.REFUSED, error_code=20003)
    clinic.send_due()
    clinic.clock.pass_(minutes=2)

    assert codes(clinic) == [AlarmCode.NO_SENDER, AlarmCode.STOPPED, AlarmCode.LATE]


def test_an_alarm_is_mailed_at_most_once_an_hour(clinic):
    assert mailed(clinic) == [AlarmCode.NO_SENDER]

    clinic.clock.pass_(minutes=59, seconds=59)
    assert mailed(clinic) == []
    clinic.clock.pass_(seconds=1)
    assert mailed(clinic) == [AlarmCode.NO_SENDER]

    assert clinic.kinds() == [Kind.ALARM, Kind.ALARM]


def test_another_alarm_within_the_hour_has_its_own_mail(clinic):
    mailed(clinic)
    clinic.booked(ALICE)
    clinic.clock.pass_(minutes=2)

    assert mailed(clinic) == [AlarmCode.LATE]


@pytest.mark.parametrize(
    ("on_call", "told"),
    [
        ("oncall@example.org", "oncall@example.org"),
        (ON_CALL_PHONE, "hello@example.org"),
        (None, "hello@example.org"),
    ],
)
def test_an_alarm_is_mailed_to_who_is_on_call_or_to_the_clinic(clinic, on_call, told):
    clinic.calls_at_night(on_call)
    mailed(clinic)

    clinic.send_due()

    [mail] = clinic.email.sent
    assert mail.to == told
    assert mail.subject == "Nothing sends our messages"


def test_an_alarms_mail_says_what_is_wrong_and_names_no_patient(clinic):
    clinic.calls_at_night("oncall@example.org")
    clinic.booked(ALICE)
    clinic.sms.answers_with(Outcome.REFUSED, error_code=20003)
    clinic.send_due()
    mailed(clinic)
    clinic.send_due()

    [mail] = clinic.email.to("oncall@example.org")
    assert "The carrier refused our credentials." in mail.text
    for told in (ALICE.name.split()[0], ALICE.phone, ALICE.email):
        assert told not in mail.text + mail.subject + mail.html
    alarm = clinic.message(kind=Kind.ALARM)
    assert alarm.channel is Channel.EMAIL
    assert alarm.state is MessageState.ACCEPTED
    assert alarm.patient_id is None


def test_a_spanish_alarm_says_the_same(clinic):
    words = clinic.runtime.texts.email(
        Kind.ALARM,
        "es",
        {"alarm": "no_sender", "since": "2026-03-02", "detail": "", "clinic": "Willow Room"},
    )

    assert words[0] == "Nada envía nuestros mensajes"
