"""One visitor keeps a few times and no calendar; who changes her mind is not shut out."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.clinic.policy import AbusePolicy
from booking.kit.errors import CalendarKept, TooManyHolds
from booking.scheduling import availability
from booking.scheduling import hold_queries as live_holds
from booking.scheduling.hold_limits import Visitor
from booking.scheduling.models import Appointment
from booking.scheduling.states import State
from tests.build.cast import ALICE, DANA, NEW_YORK, THEO
from tests.build.statements import noted
from tests.build.times import utc

ANNES = Visitor("an address", "annes browser")
BERTS = Visitor("an address", "berts browser")
NINE = utc("2026-03-16T13:00Z")
AFTERNOON = utc("2026-03-16T16:00Z")


def visitor(number):
    return Visitor(f"address {number}", "a browser")


def day(number, at=AFTERNOON):
    return at + timedelta(days=number)


def stands(clinic, hold):
    return clinic.state(hold) is State.HELD


def test_a_browser_keeps_three_times_and_then_its_oldest_is_given_back(clinic):
    holds = []
    for number in range(5):
        holds.append(clinic.held(THEO, day(number), by=ANNES))
        clinic.clock.pass_(seconds=20)

    assert [stands(clinic, one) for one in holds] == [False, False, True, True, True]
    assert clinic.held(DANA, day(1)).state is State.HELD


def test_a_time_that_was_given_back_can_still_be_booked_where_it_is_free(clinic):
    first, *_ = [clinic.held(DANA, day(number), by=ANNES) for number in range(4)]
    assert not stands(clinic, first)

    booked = clinic.book(first, ALICE).appointment

    assert (booked.id, booked.state) == (first.id, State.BOOKED)


def test_another_browser_at_the_same_address_loses_nothing(clinic):
    others = [clinic.held(DANA, day(number), by=BERTS) for number in range(3)]

    for number in range(4, 9):
        clinic.held(THEO, day(number), by=ANNES)

    assert all(stands(clinic, one) for one in others)


def test_an_address_keeps_so_many_times_and_no_more_until_they_are_over(clinic):
    clinic.changes_policies(abuse=AbusePolicy(holds_per_visitor=5))
    for number in range(5):
        clinic.held(DANA, day(number), by=Visitor("an address", f"browser {number}"))

    with pytest.raises(TooManyHolds):
        clinic.held(DANA, day(5), by=Visitor("an address", "one more"))
    assert clinic.held(DANA, day(6), by=visitor(1)).state is State.HELD

    clinic.clock.pass_(minutes=11)
    assert clinic.held(DANA, day(5), by=ANNES).state is State.HELD


def test_what_is_booked_or_released_counts_no_longer(clinic):
    clinic.changes_policies(abuse=AbusePolicy(holds_per_visitor=2))
    clinic.book(clinic.held(DANA, day(0), by=ANNES), ALICE)
    clinic.release(clinic.held(DANA, day(1), by=ANNES))

    for number in (2, 3):
        clinic.held(DANA, day(number), by=ANNES)
    with pytest.raises(TooManyHolds):
        clinic.held(DANA, day(4), by=BERTS)


def test_so_many_times_are_kept_in_all(clinic):
    clinic.changes_policies(abuse=AbusePolicy(holds_in_all=4))
    for number in range(4):
        clinic.held(DANA, day(number), by=visitor(number))

    with pytest.raises(TooManyHolds):
        clinic.held(THEO, day(5), by=visitor(5))


def free_starts(clinic, monday):
    """How many starts DANA has free in the week that begins so."""
    with clinic.read_only() as uow:
        return len(
            availability.free_slots(
                uow,
                clinic.service(DANA),
                first=monday.date(),
                days=7,
                zone=ZoneInfo(NEW_YORK),
            )
        )


def test_many_visitors_together_leave_a_therapist_at_least_half_of_her_free_starts(clinic):
    weeks = [NINE, NINE + timedelta(days=7)]
    before = [free_starts(clinic, monday) for monday in weeks]
    kept = 0
    refused = 0
    for number in range(84):
        at = NINE + timedelta(days=number % 14, minutes=75 * (number // 14))
        try:
            clinic.held(DANA, at, by=visitor(number))
            kept += 1
        except CalendarKept:
            refused += 1

    assert kept > 10
    assert refused > 10
    assert all(
        free_starts(clinic, monday) >= free / 2 for monday, free in zip(weeks, before, strict=True)
    )


def test_sessions_that_are_booked_do_not_count_as_kept(clinic):
    for number in range(12):
        at = day(number // 6, NINE + timedelta(minutes=75 * (number % 6)))
        clinic.booked(ALICE, with_=DANA, at=at)

    for number in range(3):
        clinic.held(DANA, day(4, NINE + timedelta(minutes=75 * number)), by=visitor(number))
    assert clinic.held(DANA, day(5), by=visitor(9)).state is State.HELD


def test_the_last_free_times_of_a_full_week_can_be_held_and_those_of_other_weeks(clinic):
    clinic.changes_policies(abuse=AbusePolicy(kept_free=1.0))

    for week in range(3):
        for number in range(3):
            at = day(7 * week, NINE + timedelta(minutes=75 * number))
            clinic.held(DANA, at, by=visitor((week, number)))
    with pytest.raises(CalendarKept):
        clinic.held(DANA, NINE + timedelta(minutes=225), by=visitor("one more"))


def test_who_took_a_hold_is_forgotten_after_a_day(clinic):
    clinic.held(DANA, day(0), by=ANNES)
    clinic.clock.pass_(hours=12)
    clinic.held(DANA, day(1), by=ANNES)
    clinic.clock.pass_(hours=13)

    with clinic.transaction() as session:
        assert live_holds.forget_visitors(session, clinic.now - timedelta(days=1)) == 1

    holds = clinic.all(Appointment, order_by=Appointment.created_at)
    assert [(one.visitor, one.browser) for one in holds] == [
        (None, None),
        ("an address", "annes browser"),
    ]


def test_a_visitors_hold_asks_for_its_turn_and_counts_once(clinic):
    with noted(clinic.engine) as asked:
        clinic.held(DANA, day(0))
    with noted(clinic.engine) as asked_of_visitor:
        clinic.held(DANA, day(1), by=ANNES)

    assert len(asked_of_visitor) <= len(asked) + 2
