"""What patients open: a check-in of theirs, and its page."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.checkins.models import CheckIn
from booking.checkins.rules.scores import CheckInKind
from booking.kit.ids import new_id
from booking.kit.links import Scope
from booking.scheduling.models import Appointment


@pytest.fixture
def check_in(booked, runtime, clock):
    """An open check-in of Ana's session, a day after it."""
    with runtime.database.transaction() as session:
        appointment = session.scalars(select(Appointment)).one()
        clock.set(appointment.ends_at + timedelta(days=1))
        made = CheckIn(
            id=new_id(),
            appointment_id=appointment.id,
            patient_id=appointment.patient_id,
            kind=CheckInKind.AFTER_24H,
            due_at=clock.now(),
            nudge_at=None,
            closes_at=clock.now() + timedelta(hours=48),
            created_at=clock.now(),
        )
        session.add(made)
    return made


@pytest.fixture
def check_in_page(check_in, browser, runtime):
    """The page of Ana's check-in."""
    token = runtime.links.token(Scope.CHECK_IN, check_in.id, check_in.closes_at + timedelta(days=5))
    return browser.get(f"/c/{token}")
