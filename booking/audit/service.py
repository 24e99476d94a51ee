"""The record of who did what."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from booking.audit.models import AuditEvent
from booking.clinic.unit_of_work import UnitOfWork


def audit(uow: UnitOfWork, *, action: str, subject: str, subject_id: UUID | None) -> None:
    """Record an act of whoever acts in this unit of work."""
    record(
        uow.session,
        actor=str(uow.actor),
        action=action,
        subject=subject,
        subject_id=subject_id,
        now=uow.now,
    )


def record(
    session: Session,
    *,
    actor: str,
    action: str,
    subject: str,
    subject_id: UUID | None,
    now: datetime,
) -> None:
    """Record an act for a verb that takes no unit of work yet; `actor` is as the audit names it."""
    session.add(
        AuditEvent(at=now, actor=actor, action=action, subject=subject, subject_id=subject_id)
    )
