"""The record of who did what."""

from uuid import UUID

from booking.audit.models import AuditEvent
from booking.clinic.unit_of_work import UnitOfWork


def audit(uow: UnitOfWork, *, action: str, subject: str, subject_id: UUID | None) -> None:
    """Record an act of whoever acts in this unit of work."""
    uow.session.add(
        AuditEvent(
            at=uow.now,
            actor=str(uow.actor),
            action=action,
            subject=subject,
            subject_id=subject_id,
        )
    )
