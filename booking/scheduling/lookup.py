"""Finding the appointment a step is about, and noting that the step was taken."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from booking.audit.service import record
from booking.kit.errors import NotFound
from booking.scheduling import queries as store
from booking.scheduling.models import Appointment


def existing(session: Session, appointment_id: UUID) -> Appointment:
    """Return an appointment; raises NotFound."""
    return _found(store.get(session, appointment_id))


def locked(session: Session, appointment_id: UUID) -> Appointment:
    """Return an appointment that nobody else can change until this transaction ends."""
    return _found(store.get(session, appointment_id, lock=True))


def note(
    session: Session, appointment: Appointment, actor: str, action: str, now: datetime
) -> None:
    """Record a step of an appointment."""
    record(
        session,
        actor=actor,
        action=action,
        subject="appointment",
        subject_id=appointment.id,
        now=now,
    )


def _found(appointment: Appointment | None) -> Appointment:
    if appointment is None:
        raise NotFound("There is no such appointment.")
    return appointment
