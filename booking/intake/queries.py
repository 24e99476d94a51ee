"""What a patient told before a session, and what clinicians said about it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.intake.models import Clearance, Intake


def intake_of(session: Session, appointment_id: UUID) -> Intake | None:
    """Return the newest answers given for an appointment."""
    return session.scalar(
        select(Intake)
        .where(Intake.appointment_id == appointment_id)
        .order_by(Intake.created_at.desc())
        .limit(1)
    )


def clearances_of(session: Session, appointment_id: UUID) -> Sequence[Clearance]:
    """Return an appointment's clearances, newest first."""
    return session.scalars(
        select(Clearance)
        .where(Clearance.appointment_id == appointment_id)
        .order_by(Clearance.recorded_at.desc(), Clearance.id)
    ).all()
