"""Alarms: told before a patient misses a message."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from booking.desk import message_actions as by_hand
from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import MessageState
from booking.messaging.models import Message
from booking.messaging.ports import SendOutcome
from booking.messaging.reason import Reason
from booking.monitoring.alarms import AlarmCode, alarms
from booking.web.staff.alarm_words import sentence
from tests.build.cast import ALICE
from tests.build.reminder import reminder_of


def raised(clinic):
    with clinic.read_only() as uow:
        return alarms(uow)


def codes(clinic):
    return [alarm.code for alarm in raised(clinic)]


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
    clinic.sms.answers_with(SendOutcome.NOT_PROCESSED, times=99)
    clinic.email.answers_with(SendOutcome.NOT_PROCESSED, times=99)
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
    clinic.sms.answers_with(SendOutcome.REFUSED, error_code=20003)
    clinic.send_due()

    [alarm] = raised(clinic)

    assert (alarm.code, alarm.since) == (AlarmCode.STOPPED, clinic.now)
    assert "The carrier refused our credentials." in sentence(alarm)
    with clinic.unit_of_work(clinic.staff()) as uow:
        by_hand.resume_sender(uow)
    assert codes(clinic) == []


def test_the_cause_stands_before_what_follows_from_it(clinic):
    clinic.booked(ALICE)
    clinic.sms.answers_with(SendOutcome.REFUSED, error_code=20003)
    clinic.send_due()
    clinic.clock.pass_(minutes=2)

    assert codes(clinic) == [AlarmCode.NO_SENDER, AlarmCode.STOPPED, AlarmCode.LATE]


def test_a_text_refused_for_its_words_raises_an_alarm_for_a_day(clinic, reminded):
    clinic.sms.answers_with(error_code=30007)
    clinic.send_due()
    refused_at = clinic.now

    [alarm] = raised(clinic)

    assert (alarm.code, alarm.since) == (AlarmCode.REFUSED, refused_at)
    assert "The message was filtered as unwanted." in sentence(alarm)
    clinic.clock.pass_(hours=23, minutes=59)
    assert AlarmCode.REFUSED in codes(clinic)
    clinic.clock.pass_(minutes=1)
    assert AlarmCode.REFUSED not in codes(clinic)


def test_a_text_filtered_on_its_way_raises_it_too_and_the_number_of_them_is_told(clinic, reminded):
    clinic.send_due()
    clinic.report(reminder_of(clinic, reminded), "undelivered", 30007)
    assert "One message failed" in sentence(raised(clinic)[0])

    clinic.clock.pass_(seconds=30)
    clinic.text_from(ALICE, "HELP")
    clinic.sms.answers_with(error_code=30004)
    clinic.send_due()

    [alarm] = raised(clinic)
    assert "2 messages failed" in sentence(alarm)
    assert "The message was blocked." in sentence(alarm)


def test_a_message_that_could_not_be_written_raises_the_same_alarm(clinic):
    clinic.booked(ALICE)
    mail = clinic.message(kind=Kind.CONFIRMATION, channel=Channel.EMAIL)
    clinic.send_due()
    with clinic.transaction() as session:
        # As the last look leaves it.
        session.execute(
            update(Message)
            .where(Message.dedupe_key == mail.dedupe_key.replace("email", "sms"))
            .values(state=MessageState.FAILED, reason=Reason.UNRENDERABLE, final_at=clinic.now)
        )

    [alarm] = raised(clinic)

    assert alarm.code is AlarmCode.REFUSED
    assert "Its words could not be made." in sentence(alarm)


@pytest.mark.parametrize("code", [30005, 30003, 99999, None])
def test_a_text_that_failed_for_another_reason_raises_none(clinic, reminded, code):
    clinic.sms.answers_with(error_code=code)
    clinic.send_due()

    assert codes(clinic) == []


def test_a_text_of_unknown_fate_raises_an_alarm_when_the_carrier_cannot_be_asked(clinic, reminded):
    clinic.sms.answers_with(SendOutcome.UNKNOWN)
    clinic.send_due()
    left_at = clinic.now
    clinic.clock.pass_(minutes=4, seconds=59)
    clinic.send_due()
    assert codes(clinic) == []

    clinic.clock.pass_(seconds=1)
    clinic.send_due()

    [alarm] = raised(clinic)
    assert (alarm.code, alarm.since) == (AlarmCode.LATE, left_at)


def test_a_text_that_gets_no_further_the_second_time_raises_it_sooner(clinic, reminded):
    clinic.sms.answers_with(SendOutcome.UNKNOWN, times=2)
    clinic.send_due()
    with clinic.transaction() as session:
        # As it is when it was absent twice.
        session.execute(
            update(Message)
            .where(Message.state == MessageState.UNKNOWN)
            .values(state=MessageState.PENDING, next_attempt_at=clinic.now)
        )
    clinic.send_due()
    clinic.clock.pass_(seconds=61)
    clinic.send_due()

    assert codes(clinic) == [AlarmCode.LATE]
