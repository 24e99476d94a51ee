"""What clinicians said about a session, as staff recorded it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.intake.models import Clearance


def of_appointment(session: Session, appointment_id: UUID) -> Sequence[Clearance]:
    """Return an appointment's clearances, newest first."""
    return session.scalars(
        select(Clearance)
        .where(Clearance.appointment_id == appointment_id)
        .order_by(Clearance.recorded_at.desc(), Clearance.id)
    ).all()
