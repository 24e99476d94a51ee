"""Caps: counted when a reminder is planned, and again when it leaves."""

from datetime import timedelta

from booking.clinic.policy import CapsPolicy, ReminderPolicy
from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import MessageState
from tests.build.cast import ALICE, BOB, CARMEN, CORA, DANA, THEO
from tests.build.times import stamp

DAY_BEFORE = ReminderPolicy(leads=(timedelta(hours=24),))
FOUR_DAYS = [f"2026-03-{day}T17:00Z" for day in (10, 11, 12, 13)]


def ways(clinic, booked):
    """How the reminders of an appointment are planned, by the day they are due."""
    planned = clinic.messages(kind=Kind.REMINDER, about=booked, state=MessageState.PENDING)
    return {stamp(one.due_at)[5:10]: one.channel for one in planned}


def test_a_second_text_of_a_day_is_planned_as_a_mail(clinic):
    first = clinic.booked(ALICE, with_=DANA, at="2026-03-11T17:00Z")
    second = clinic.booked(ALICE, with_=THEO, at="2026-03-11T19:00Z")

    assert ways(clinic, first) == {"03-08": Channel.SMS, "03-10": Channel.SMS}
    assert ways(clinic, second) == {"03-08": Channel.EMAIL, "03-10": Channel.EMAIL}


def test_the_day_is_the_patients_own_and_the_phone_may_be_shared(clinic):
    clinic.booked(ALICE, with_=DANA, at="2026-03-11T17:00Z")
    same_day = clinic.booked(BOB, with_=THEO, at="2026-03-11T20:00Z")
    next_day = clinic.booked(BOB, with_=THEO, at="2026-03-12T16:00Z")
    another_phone = clinic.booked(CARMEN, with_=DANA, at="2026-03-11T18:15Z")

    assert set(ways(clinic, same_day).values()) == {Channel.EMAIL}
    assert ways(clinic, next_day)["03-09"] is Channel.SMS
    assert set(ways(clinic, another_phone).values()) == {Channel.SMS}


def test_a_text_called_off_leaves_its_place_to_another(clinic):
    called_off = clinic.booked(ALICE, with_=DANA, at="2026-03-11T17:00Z")
    clinic.cancel(called_off, by=CORA)

    booked = clinic.booked(ALICE, with_=THEO, at="2026-03-11T19:00Z")

    assert set(ways(clinic, booked).values()) == {Channel.SMS}


def test_moving_counts_without_the_reminders_of_the_old_time(clinic):
    booked = clinic.booked(ALICE, at="2026-03-11T17:00Z")

    clinic.move(booked, to="2026-03-11T18:00Z")

    assert set(ways(clinic, booked).values()) == {Channel.SMS}


def test_a_text_that_has_left_that_day_counts_too(clinic):
    clinic.booked(ALICE, with_=DANA, at="2026-03-11T17:00Z")
    clinic.send_all("2026-03-08T17:30Z")

    booked = clinic.booked(ALICE, with_=THEO, at="2026-03-11T19:00Z")

    assert ways(clinic, booked)["03-08"] is Channel.EMAIL


def test_a_fourth_text_of_a_week_is_planned_as_a_mail(clinic):
    clinic.changes_policies(reminders=DAY_BEFORE)

    booked = [clinic.booked(ALICE, at=at) for at in FOUR_DAYS]

    assert [next(iter(ways(clinic, one).values())) for one in booked] == [
        Channel.SMS,
        Channel.SMS,
        Channel.SMS,
        Channel.EMAIL,
    ]


def test_a_week_later_the_count_begins_anew(clinic):
    clinic.changes_policies(reminders=DAY_BEFORE)
    for at in FOUR_DAYS[:3]:
        clinic.booked(ALICE, at=at)

    booked = clinic.booked(ALICE, at="2026-03-17T17:00Z")  # exactly a week after the first

    assert ways(clinic, booked) == {"03-16": Channel.SMS}


def test_the_last_look_counts_the_day_again(clinic):
    clinic.changes_policies(caps=CapsPolicy(per_day=2), reminders=DAY_BEFORE)
    clinic.booked(ALICE, with_=DANA, at="2026-03-11T17:00Z")
    late = clinic.booked(ALICE, with_=THEO, at="2026-03-11T19:00Z")
    assert set(ways(clinic, late).values()) == {Channel.SMS}
    clinic.changes_policies(caps=CapsPolicy())
    clinic.send_due()
    clinic.sms.sent.clear()

    clinic.send_all("2026-03-10T23:00Z")

    assert len(clinic.sms.to(ALICE)) == 1
    assert sent_by(clinic, late) == [Channel.EMAIL]


def test_the_last_look_counts_the_week_again(clinic):
    clinic.changes_policies(reminders=DAY_BEFORE)
    # Booked the last first: when each is planned there is no earlier text to count.
    last, *_ = booked = [clinic.booked(ALICE, at=at) for at in reversed(FOUR_DAYS)]
    assert [set(ways(clinic, one).values()) for one in booked] == [{Channel.SMS}] * 4
    clinic.send_due()
    clinic.sms.sent.clear()

    clinic.send_all("2026-03-12T23:00Z")

    assert len(clinic.sms.to(ALICE)) == 3
    assert sent_by(clinic, last) == [Channel.EMAIL]


def sent_by(clinic, booked):
    """How the reminders of an appointment left."""
    left = clinic.messages(kind=Kind.REMINDER, about=booked, state=MessageState.ACCEPTED)
    return [one.channel for one in left]
