"""Figures about messages: how they stand, and how late they left."""

from booking.messaging.kinds import Channel, Kind, Lane
from booking.messaging.ports import SendOutcome
from booking.monitoring.alarms import AlarmCode
from booking.monitoring.levels import lateness, queue_levels
from tests.build.cast import ALICE, CARMEN


def figures(clinic):
    with clinic.read_only() as uow:
        return queue_levels(uow)


def late(clinic, *messages):
    with clinic.read_only() as uow:
        return lateness(uow, [message.id for message in messages], clinic.now)


def test_what_is_due_is_counted_by_lane_and_what_is_to_come_is_not(clinic):
    clinic.booked(ALICE)

    found = figures(clinic)

    # The confirmation, by text and by mail; the reminders are days away.
    assert found.due == {
        Lane.SAFETY: 0,
        Lane.ANSWERS: 2,
        Lane.NEWS: 0,
        Lane.REMINDERS: 0,
        Lane.CHECK_INS: 0,
    }


def test_nothing_is_due_once_all_has_left(clinic):
    clinic.booked(ALICE)

    clinic.send_due()

    assert set(figures(clinic).due.values()) == {0}


def test_texts_of_unknown_fate_are_counted(clinic):
    clinic.booked(ALICE)
    clinic.booked(CARMEN, at="2026-03-05T16:00Z")
    clinic.sms.answers_with(SendOutcome.UNKNOWN, times=2)

    clinic.send_due()

    assert figures(clinic).unknown == 2


def test_every_alarm_is_told_whether_it_is_raised_or_not(clinic):
    assert figures(clinic).alarms == {
        AlarmCode.CLOCK: False,
        AlarmCode.NO_SENDER: True,
        AlarmCode.STOPPED: False,
        AlarmCode.REFUSED: False,
        AlarmCode.WEB_SPENT: False,
        AlarmCode.WEB_NEAR: False,
        AlarmCode.LATE: False,
    }


def test_lateness_runs_from_when_a_message_was_due(clinic):
    booked = clinic.booked(ALICE)
    clinic.clock.pass_(seconds=7)
    clinic.send_due()

    text = clinic.message(kind=Kind.CONFIRMATION, about=booked, channel=Channel.SMS)

    assert late(clinic, text) == [(Lane.ANSWERS, 7.0)]


def test_a_message_that_had_to_be_tried_again_was_due_from_the_beginning(clinic):
    booked = clinic.booked(ALICE)
    clinic.sms.answers_with(SendOutcome.NOT_PROCESSED)
    clinic.send_due()
    clinic.clock.pass_(seconds=10)
    clinic.send_due()

    text = clinic.message(kind=Kind.CONFIRMATION, about=booked, channel=Channel.SMS)

    assert text.attempts == 2
    assert late(clinic, text) == [(Lane.ANSWERS, 10.0)]


def test_a_reminder_put_off_until_the_morning_was_due_in_the_morning(clinic):
    booked = clinic.booked(ALICE, at="2026-03-05T14:00Z")
    [reminder, *_] = clinic.messages(kind=Kind.REMINDER, about=booked)
    clinic.send_all("2026-03-03T03:00Z")
    with clinic.transaction() as session:
        session.merge(reminder).next_attempt_at = clinic.now
    clinic.send_due()
    morning = clinic.reload(reminder).next_attempt_at
    assert morning > clinic.now

    clinic.clock.set(morning)
    clinic.send_due()

    assert late(clinic, reminder) == [(Lane.REMINDERS, 0.0)]


def test_where_nothing_was_taken_nothing_is_late(clinic):
    assert late(clinic) == []
