"""Queries for intakes."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.intake.models import Intake


def intake_of(session: Session, appointment_id: UUID) -> Intake | None:
    """Return the newest answers given for an appointment."""
    return session.scalar(
        select(Intake)
        .where(Intake.appointment_id == appointment_id)
        .order_by(Intake.created_at.desc())
        .limit(1)
    )
