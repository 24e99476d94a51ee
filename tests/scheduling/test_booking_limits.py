"""Bookings nobody has confirmed are few: on a phone, on a mail address, from a visitor."""

from dataclasses import replace

import pytest

from booking.clinic.policy import AbusePolicy
from booking.kit.errors import TooManyBookings
from booking.scheduling.hold_limits import Visitor
from booking.scheduling.states import State
from tests.build.cast import ALICE, BOB, DANA, THEO

MOTHER = Visitor("her address", "her browser")


def visitor(number):
    return Visitor(f"address {number}", "a browser")


def person(number, **changes):
    own = {"phone": f"+1212555{100 + number:04}", "email": f"person{number}@example.org"}
    return replace(ALICE, name=f"Person {number} Invented", **{**own, **changes})


def booked(clinic, number, patient, by):
    """Book one of the many free times over the web."""
    at = f"2026-03-{9 + number // 2:02}T17:00Z"
    hold = clinic.held([DANA, THEO][number % 2], at, by=by)
    return clinic.book(hold, patient, by=by).appointment


def test_a_mother_books_twice_for_each_of_three_children_on_one_phone_and_mail(clinic):
    names = ["Ann Example", "Ben Example", "Cal Example"]
    for number in range(6):
        booked(clinic, number, replace(ALICE, name=names[number % 3]), MOTHER)

    with pytest.raises(TooManyBookings):
        booked(clinic, 6, ALICE, MOTHER)


def test_the_seventh_booking_on_a_phone_is_refused_whoever_asks_and_the_hold_stays(clinic):
    for number in range(6):
        booked(clinic, number, person(number, phone=ALICE.phone), visitor(number))

    hold = clinic.held(DANA, "2026-03-20T17:00Z", by=visitor(7))
    with pytest.raises(TooManyBookings):
        clinic.book(hold, person(7, phone=ALICE.phone), by=visitor(7))

    assert clinic.state(hold) is State.HELD
    assert clinic.book(hold, person(7), by=visitor(7)).appointment is not None


def test_the_seventh_booking_on_a_mail_address_is_refused_however_it_is_spelled(clinic):
    spelled = ["jo@example.org", "J.o@example.org", "jo+a@example.org", "JO@EXAMPLE.ORG"]
    for number in range(6):
        booked(clinic, number, person(number, email=spelled[number % 4]), visitor(number))

    with pytest.raises(TooManyBookings):
        booked(clinic, 6, person(6, email="jo+seven@example.org"), visitor(6))


def test_a_visitor_books_so_many_in_a_day(clinic):
    clinic.changes_policies(abuse=AbusePolicy(bookings_per_visitor=3))
    for number in range(3):
        booked(clinic, number, person(number), MOTHER)

    with pytest.raises(TooManyBookings):
        booked(clinic, 3, person(3), Visitor("her address", "another browser"))
    assert booked(clinic, 4, person(4), visitor(4)) is not None

    clinic.clock.pass_(hours=25)
    assert booked(clinic, 5, person(5), MOTHER) is not None


def test_what_was_cancelled_makes_room(clinic):
    first = booked(clinic, 0, ALICE, MOTHER)
    for number in range(1, 6):
        booked(clinic, number, ALICE, MOTHER)

    clinic.cancel(first)

    assert booked(clinic, 6, ALICE, MOTHER) is not None


def test_a_phone_that_answered_a_text_may_have_more(clinic):
    for number in range(6):
        booked(clinic, number, ALICE, MOTHER)
    clinic.text_from(ALICE, "C")

    for number in range(6, 12):
        assert booked(clinic, number, BOB, visitor(number)) is not None


def test_a_phone_whose_owner_came_to_a_session_may_have_more_and_not_without_end(clinic):
    clinic.changes_policies(abuse=AbusePolicy(bookings_per_number=2, bookings_per_proven=4))
    clinic.finished(ALICE, at="2026-03-05T17:00Z")

    for number in range(2, 6):
        booked(clinic, number, ALICE, visitor(number))
    with pytest.raises(TooManyBookings):
        booked(clinic, 6, ALICE, visitor(6))


def test_sending_the_form_twice_is_one_booking_and_no_refusal(clinic):
    clinic.changes_policies(abuse=AbusePolicy(bookings_per_number=1))
    hold = clinic.held(DANA, "2026-03-20T17:00Z", by=MOTHER)

    first = clinic.book(hold, ALICE, by=MOTHER)
    again = clinic.book(hold, ALICE, by=MOTHER)

    assert first.appointment.id == again.appointment.id
