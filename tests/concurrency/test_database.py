"""The last line: the database itself refuses an overlap, whoever writes."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from booking.kit.ids import new_id
from booking.scheduling.models import Appointment
from booking.scheduling.states import BLOCKING_STATES, State
from tests.build.cast import ALICE, DANA, THEO
from tests.concurrency.test_holds import NOON

NOT_LIVE = sorted(set(State) - BLOCKING_STATES)


def row_like(appointment, **changes):
    """The columns of an appointment, with another id and these changes."""
    columns = {one.key: getattr(appointment, one.key) for one in Appointment.__table__.columns}
    return {**columns, "id": new_id(), **changes}


def write(clinic, statement):
    with clinic.transaction() as session:
        session.execute(statement)


@pytest.mark.parametrize("shift", [-74, -15, 0, 15, 74])
def test_a_plain_insert_that_overlaps_is_refused(clinic, shift):
    booked = clinic.booked(ALICE, at=NOON)
    by = timedelta(minutes=shift)
    times = {
        name: getattr(booked, name) + by
        for name in ("starts_at", "ends_at", "blocked_from", "blocked_until")
    }

    with pytest.raises(IntegrityError, match="appointment_no_overlap"):
        write(clinic, insert(Appointment).values(row_like(booked, **times)))


@pytest.mark.parametrize("shift", [-75, 75])
def test_a_plain_insert_that_only_touches_is_let_in(clinic, shift):
    booked = clinic.booked(ALICE, at=NOON)
    by = timedelta(minutes=shift)
    times = {
        name: getattr(booked, name) + by
        for name in ("starts_at", "ends_at", "blocked_from", "blocked_until")
    }

    write(clinic, insert(Appointment).values(row_like(booked, **times)))

    assert len(clinic.all(Appointment)) == 2


@pytest.mark.parametrize("state", NOT_LIVE)
def test_an_appointment_that_blocks_no_time_may_stand_beside_a_live_one(clinic, state):
    booked = clinic.booked(ALICE, at=NOON)

    write(clinic, insert(Appointment).values(row_like(booked, state=state)))

    assert len(clinic.all(Appointment)) == 2


@pytest.mark.parametrize("state", sorted(BLOCKING_STATES))
def test_a_plain_update_that_wakes_an_appointment_over_a_live_one_is_refused(clinic, state):
    booked = clinic.booked(ALICE, at=NOON)
    other = row_like(booked, state=State.CANCELLED)
    write(clinic, insert(Appointment).values(other))

    with pytest.raises(IntegrityError, match="appointment_no_overlap"):
        write(clinic, update(Appointment).where(Appointment.id == other["id"]).values(state=state))


def test_a_plain_update_that_moves_a_time_over_another_is_refused(clinic):
    clinic.booked(ALICE, at=NOON)
    later = clinic.booked(ALICE, at=NOON + timedelta(minutes=75))

    with pytest.raises(IntegrityError, match="appointment_no_overlap"):
        write(
            clinic,
            update(Appointment)
            .where(Appointment.id == later.id)
            .values(blocked_from=later.blocked_from - timedelta(minutes=1)),
        )


def test_a_plain_update_that_gives_it_to_a_busy_therapist_is_refused(clinic):
    clinic.booked(ALICE, with_=THEO, at=NOON)
    booked = clinic.booked(ALICE, with_=DANA, at=NOON)

    with pytest.raises(IntegrityError, match="appointment_no_overlap"):
        write(
            clinic,
            update(Appointment)
            .where(Appointment.id == booked.id)
            .values(therapist_id=clinic.therapist(THEO).id),
        )
