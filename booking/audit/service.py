"""The record of who did what."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from booking.audit.models import AuditEvent


def is_patient(actor: str) -> bool:
    """Whether a patient acted, and not the clinic."""
    return actor.startswith("patient:")


def audit(
    session: Session,
    *,
    actor: str,
    action: str,
    subject: str,
    subject_id: UUID | None,
    now: datetime,
) -> None:
    """Record an act; `actor` is `user:<id>`, `patient:<id>` or a part of Lupine."""
    session.add(
        AuditEvent(at=now, actor=actor, action=action, subject=subject, subject_id=subject_id)
    )
