"""Holding a slot: what is offered, how long it is kept, and what becomes of it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from booking.clinic.policy import BookingPolicy
from booking.kit.errors import (
    HoldExpired,
    NotFound,
    SlotNotOffered,
    SlotTaken,
    TherapistNotBookable,
)
from booking.kit.ids import new_id
from booking.scheduling import holds
from booking.scheduling.states import State
from booking.therapists.models import Block, Credential, Service, Therapist
from tests.build.cast import ALICE, CARMEN, DANA, THEO
from tests.build.times import utc

NINE = utc("2026-03-05T14:00Z")
"""Thursday, nine in New York: Dana's first slot."""


def test_a_held_slot_is_kept_for_ten_minutes_with_its_rest_after_it(clinic):
    held = clinic.held(DANA, NINE)

    assert held.state is State.HELD
    assert held.hold_expires_at == clinic.now + timedelta(minutes=10)
    assert held.ends_at == NINE + timedelta(minutes=60)
    assert held.blocked_until == NINE + timedelta(minutes=75)
    assert held.patient_id is None


def test_a_slot_that_is_held_cannot_be_held_again(clinic):
    clinic.held(DANA, NINE)

    with pytest.raises(SlotTaken) as refused:
        clinic.held(DANA, NINE)

    assert refused.value.next_free == (
        NINE + timedelta(minutes=75),
        NINE + timedelta(minutes=90),
        NINE + timedelta(minutes=105),
    )


def test_a_longer_session_over_a_shorter_one_at_another_start_is_taken(clinic):
    clinic.held(DANA, NINE + timedelta(minutes=60), minutes=60)

    with pytest.raises(SlotTaken):
        clinic.held(DANA, NINE, minutes=90)


def test_the_rest_after_a_session_is_nobodys_slot(clinic):
    clinic.held(DANA, NINE)

    with pytest.raises(SlotTaken):
        clinic.held(DANA, NINE + timedelta(minutes=60))
    clinic.held(DANA, NINE + timedelta(minutes=75))


def test_a_lapsed_hold_makes_way_for_the_next_one(clinic):
    first = clinic.held(DANA, NINE)
    clinic.clock.pass_(minutes=10)

    second = clinic.held(DANA, NINE)

    assert clinic.state(first) is State.CANCELLED
    assert clinic.state(second) is State.HELD


def test_a_hold_a_moment_before_its_end_still_stands(clinic):
    clinic.held(DANA, NINE)
    clinic.clock.pass_(minutes=9, seconds=59)

    with pytest.raises(SlotTaken):
        clinic.held(DANA, NINE)


def test_releasing_a_hold_frees_its_slot_at_once(clinic):
    clinic.release(clinic.held(DANA, NINE))

    assert clinic.held(DANA, NINE).state is State.HELD


def test_releasing_what_is_booked_by_now_changes_nothing(clinic):
    booked = clinic.booked(ALICE, at=NINE)

    clinic.release(booked)

    assert clinic.state(booked) is State.BOOKED


@pytest.mark.parametrize(
    "at",
    [
        "2026-03-05T13:45Z",  # before Dana opens
        "2026-03-05T21:15Z",  # it would end after she closes
        "2026-03-05T14:05Z",  # off the quarter hours
        "2026-03-02T18:45Z",  # less than four hours from now
        "2026-05-02T14:00Z",  # more than sixty days ahead
        "2026-03-01T15:00Z",  # past
    ],
)
def test_a_time_that_is_not_on_offer_is_refused_whatever_the_page_had_shown(clinic, at):
    with pytest.raises(SlotNotOffered):
        clinic.held(DANA, at)


def test_a_time_the_therapist_keeps_for_something_else_is_not_on_offer(clinic):
    with clinic.transaction() as session:
        session.add(
            Block(
                therapist_id=clinic.therapist(DANA).id,
                starts_at=NINE + timedelta(minutes=70),
                ends_at=NINE + timedelta(minutes=80),
            )
        )

    with pytest.raises(SlotNotOffered):
        clinic.held(DANA, NINE)


def test_no_more_sessions_a_day_than_the_clinic_allows(clinic):
    clinic.changes_policies(booking=BookingPolicy(daily_cap=1))
    clinic.booked(ALICE, at=NINE)

    with pytest.raises(SlotNotOffered):
        clinic.held(DANA, NINE + timedelta(hours=3))
    clinic.held(DANA, NINE + timedelta(days=1))


def test_a_service_that_is_not_offered_any_more_cannot_be_held(clinic):
    with clinic.transaction() as session:
        session.execute(update(Service).where(Service.id == clinic.service()).values(active=False))

    with pytest.raises(NotFound):
        clinic.held(DANA, NINE)


def test_an_unknown_service_cannot_be_held(clinic):
    with clinic.unit_of_work() as uow, pytest.raises(NotFound):
        holds.hold(uow, new_id(), NINE, "UTC")


def test_a_therapist_whose_licence_lapses_before_the_session_cannot_be_held(clinic):
    clinic.lapses(DANA, date(2026, 3, 4))

    with pytest.raises(TherapistNotBookable):
        clinic.held(DANA, NINE)
    clinic.held(DANA, NINE - timedelta(days=1))
    clinic.held(THEO, "2026-03-05T18:00Z")


def test_a_suspended_therapist_cannot_be_held(clinic):
    with clinic.transaction() as session:
        session.execute(
            update(Therapist)
            .where(Therapist.slug == DANA.slug)
            .values(application_state="suspended_complaint")
        )

    with pytest.raises(TherapistNotBookable):
        clinic.held(DANA, NINE)


def test_a_credential_nobody_has_checked_counts_for_nothing(clinic):
    dana = clinic.therapist(DANA).id
    with clinic.transaction() as session:
        session.execute(
            update(Credential).where(Credential.therapist_id == dana).values(checked_on=None)
        )

    with pytest.raises(TherapistNotBookable):
        clinic.held(DANA, NINE)


def test_lapsed_holds_are_swept_and_bookings_are_not(clinic):
    held = clinic.held(DANA, NINE)
    booked = clinic.booked(ALICE, at="2026-03-06T14:00Z")
    clinic.clock.pass_(minutes=10)

    assert clinic.end_lapsed() == 1

    assert clinic.state(held) is State.CANCELLED
    assert clinic.state(booked) is State.BOOKED


def test_who_types_longer_than_the_hold_loses_nothing_while_the_slot_is_free(clinic):
    hold = clinic.held(DANA, NINE)
    clinic.clock.pass_(minutes=30)
    clinic.end_lapsed()

    booked = clinic.book(hold, ALICE).appointment

    assert booked.id == hold.id
    assert booked.state is State.BOOKED
    assert booked.cancelled_at is None


def test_an_expired_hold_that_nobody_has_swept_yet_can_still_be_booked(clinic):
    hold = clinic.held(DANA, NINE)
    clinic.clock.pass_(minutes=30)

    assert clinic.book(hold, ALICE).appointment.state is State.BOOKED


def test_who_types_too_long_is_told_when_somebody_else_has_the_slot(clinic):
    hold = clinic.held(DANA, NINE)
    clinic.clock.pass_(minutes=11)
    clinic.held(DANA, NINE)

    with pytest.raises(HoldExpired):
        clinic.book(hold, CARMEN)


def test_a_released_hold_cannot_be_booked(clinic):
    hold = clinic.held(DANA, NINE)
    clinic.release(hold)

    with pytest.raises(HoldExpired):
        clinic.book(hold, ALICE)


def test_a_hold_whose_time_has_come_cannot_be_booked(clinic):
    hold = clinic.held(DANA, NINE)
    clinic.clock.set(NINE)

    with pytest.raises(HoldExpired):
        clinic.book(hold, ALICE)
