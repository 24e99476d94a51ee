"""Limits on holds stand however many ask at the same moment."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from booking.clinic.policy import AbusePolicy
from booking.kit.errors import CalendarKept, TooManyBookings, TooManyHolds
from booking.scheduling.hold_limits import Visitor
from booking.scheduling.models import Appointment
from booking.scheduling.states import State
from tests.build.cast import ALICES_PHONE, DANA, THEO
from tests.concurrency.race import race, tell_slowest
from tests.concurrency.test_holds import NOON, days, somebody


def held(clinic, with_, at, visitor):
    return clinic.held(with_, at, by=visitor)


def standing(clinic):
    return clinic.all(Appointment, Appointment.state == State.HELD)


def test_one_browser_that_asks_twenty_times_at_once_keeps_three_times(clinic):
    anne = Visitor("an address", "a browser")

    result = race(*[partial(held, clinic, THEO, at, anne) for at in days(20)])

    assert len(result.won) == 20
    assert len(standing(clinic)) == 3
    tell_slowest("holds of one browser", [result])


def test_one_address_with_many_browsers_that_asks_at_once_keeps_what_it_may(clinic):
    clinic.changes_policies(abuse=AbusePolicy(holds_per_visitor=8, kept_free=0.0))
    wishes = [
        partial(held, clinic, with_, at, Visitor("an address", f"browser {number}"))
        for number, at in enumerate(days(10))
        for with_ in (DANA, THEO)
    ]

    result = race(*wishes)

    assert len(result.won) == 8
    assert {type(one) for one in result.refused} == {TooManyHolds}
    assert len(standing(clinic)) == 8


def test_many_addresses_at_once_leave_a_calendar_its_half(clinic):
    clinic.changes_policies(abuse=AbusePolicy(kept_free=0.9))
    first = [NOON + timedelta(days=day) for day in range(3)]
    for number, at in enumerate(first):
        clinic.held(DANA, at, by=Visitor(f"early {number}", "a browser"))
    starts = [at + timedelta(minutes=75 * step) for at in first for step in (-2, -1, 1, 2, 3)]

    result = race(
        *[
            partial(held, clinic, DANA, at, Visitor(f"address {number}", "a browser"))
            for number, at in enumerate(starts)
        ]
    )

    assert {type(one) for one in result.refused} == {CalendarKept}
    # The rest of this week has five days of 29 free starts; a hold takes nine of them at most.
    assert 3 <= len(standing(clinic)) <= 6


def test_a_browser_that_books_and_goes_on_choosing_waits_for_nobody(clinic):
    anne = Visitor("an address", "a browser")
    mine = [clinic.held(THEO, at, by=anne) for at in days(3)]

    result = race(
        *[partial(clinic.release, one) for one in mine],
        *[partial(held, clinic, THEO, at, anne) for at in days(12)[3:]],
    )

    assert result.refused == []
    assert len(standing(clinic)) <= 3


def test_twenty_bookings_on_one_phone_at_once_leave_six(clinic):
    visitors = [Visitor(f"address {number}", "a browser") for number in range(20)]
    holds = [
        clinic.held([DANA, THEO][number % 2], at, by=visitors[number])
        for number, at in enumerate(days(20))
    ]

    result = race(
        *[
            partial(clinic.book, hold, replace(somebody(number), phone=ALICES_PHONE), by=by)
            for number, (hold, by) in enumerate(zip(holds, visitors, strict=True))
        ]
    )

    assert len(result.won) == 6
    assert {type(one) for one in result.refused} == {TooManyBookings}


def test_many_senders_at_once_never_send_a_phone_more_than_it_may_get(clinic):
    for number, at in enumerate(days(20)):
        clinic.booked(
            replace(somebody(number), phone=ALICES_PHONE), with_=[DANA, THEO][number % 2], at=at
        )

    race(*[partial(clinic.send_due, f"sender-{number}") for number in range(6)])
    clinic.send_due()

    assert len(clinic.sms.to(ALICES_PHONE)) == 6
