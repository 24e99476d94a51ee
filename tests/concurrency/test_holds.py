from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from booking.kit.errors import HoldExpired, SlotTaken
from booking.messaging.kinds import Kind
from booking.scheduling.models import Appointment
from booking.scheduling.states import State
from tests.build.cast import ALICE, DANA, THEO
from tests.build.times import utc
from tests.concurrency.race import overlaps, race, tell_slowest

NOON = utc("2026-03-04T17:00Z")


def days(count):
    """Noon in New York on so many days, beginning with Wednesday."""
    return [NOON + timedelta(days=day) for day in range(count)]


def somebody(number):
    """One of many patients, each with a name and a phone of their own."""
    return replace(
        ALICE,
        name=f"Patient {number} Example",
        phone=f"+1212555{100 + number:04}",
        email=f"patient{number}@example.org",
    )


def test_of_fifty_who_hold_one_slot_at_once_exactly_one_wins(clinic, trials):
    races = []
    for noon in days(trials):
        result = race(*[partial(clinic.held, at=noon)] * 50)

        assert len(result.won) == 1
        assert len(result.refused) == 49
        assert {type(one) for one in result.refused} == {SlotTaken}
        races.append(result)
    assert overlaps(clinic) == 0
    tell_slowest("fifty holds of one slot", races)


def test_those_who_came_second_are_told_times_that_are_still_free(clinic):
    result = race(*[partial(clinic.held, at=NOON)] * 10)

    for refusal in result.refused:
        assert refusal.next_free[0] == NOON + timedelta(minutes=75)


def test_of_fifty_who_hold_and_book_one_slot_at_once_exactly_one_has_it(clinic):
    races = []
    for noon in days(3):
        result = race(*[partial(clinic.booked, somebody(number), at=noon) for number in range(50)])

        assert len(result.won) == 1
        assert {type(one) for one in result.refused} == {SlotTaken}
        races.append(result)
    assert len(clinic.all(Appointment, Appointment.state == State.BOOKED)) == 3
    assert len(clinic.messages(kind=Kind.CONFIRMATION)) == 6
    tell_slowest("fifty holds and bookings of one slot", races)


def test_long_and_short_sessions_at_different_starts_never_overlap(clinic, trials):
    races = []
    for noon in days(max(3, trials // 4)):
        first = noon - timedelta(hours=3)
        starts = [first + timedelta(minutes=15 * step) for step in range(12)]
        wishes = [(start, minutes) for start in starts for minutes in (60, 90)] * 2

        result = race(
            *[partial(clinic.held, at=start, minutes=minutes) for start, minutes in wishes]
        )

        assert overlaps(clinic) == 0
        # Whoever is first, at least one session of an hour and a half fits in these hours.
        assert 1 <= len(result.won) <= 4
        assert {type(one) for one in result.refused} <= {SlotTaken}
        races.append(result)
    tell_slowest("long over short sessions", races)


def test_two_therapists_do_not_stand_in_each_others_way(clinic):
    result = race(
        *[partial(clinic.held, with_=DANA, at=NOON)] * 10,
        *[partial(clinic.held, with_=THEO, at=NOON)] * 10,
    )

    assert len(result.won) == 2
    assert len({one.therapist_id for one in result.won}) == 2


def test_a_lapsed_hold_is_ended_once_by_many_and_its_slot_goes_to_one_of_them(clinic):
    races = []
    for noon in days(5):
        lapsed = clinic.held(at=noon)
        clinic.clock.pass_(minutes=11)

        result = race(*[partial(clinic.held, at=noon)] * 20, *[clinic.end_lapsed] * 10)

        [winner] = [one for one in result.won if isinstance(one, Appointment)]
        assert sum(one for one in result.won if isinstance(one, int)) <= 1
        assert clinic.state(lapsed) is State.CANCELLED
        clinic.release(winner)
        races.append(result)
    assert overlaps(clinic) == 0
    tell_slowest("lapsed holds", races)


def test_many_lapsed_holds_ended_by_many_never_lock_each_other_out(clinic):
    for noon in days(12):
        clinic.held(at=noon)
    clinic.clock.pass_(minutes=11)

    result = race(*[clinic.end_lapsed] * 20)

    assert sum(result.won) == 12
    tell_slowest("sweeps", [result])


@pytest.mark.parametrize("trial", range(3))
def test_an_owner_who_books_late_and_another_who_holds_never_both_have_the_slot(clinic, trial):
    late = clinic.held(at=NOON)
    clinic.clock.pass_(minutes=11)

    result = race(partial(clinic.book, late, ALICE), *[partial(clinic.held, at=NOON)] * (trial + 1))

    assert len(result.won) == 1
    assert {type(one) for one in result.refused} <= {SlotTaken, HoldExpired}
    assert overlaps(clinic) == 0


def test_a_form_sent_many_times_at_once_books_once(clinic):
    hold = clinic.held(at=NOON)

    result = race(*[partial(clinic.book, hold, ALICE)] * 20)

    assert {one.appointment.id for one in result.won} == {hold.id}
    assert len(result.won) == 20
    assert len(clinic.messages(kind=Kind.CONFIRMATION)) == 2
