"""The record of acts, a page at a time, the newest first."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.audit_query import AuditQuery
from booking.audit.models import AuditEvent


def page(session: Session, sought: AuditQuery, most: int) -> Sequence[AuditEvent]:
    """Return acts that are looked for, the newest first."""
    found = select(AuditEvent).order_by(AuditEvent.id.desc()).limit(most)
    if sought.since is not None:
        found = found.where(AuditEvent.at >= sought.since)
    if sought.until is not None:
        found = found.where(AuditEvent.at < sought.until)
    if sought.actor is not None:
        found = found.where(AuditEvent.actor == sought.actor)
    if sought.action is not None:
        found = found.where(AuditEvent.action == sought.action)
    if sought.subject_id is not None:
        found = found.where(AuditEvent.subject_id == sought.subject_id)
    if sought.before is not None:
        found = found.where(AuditEvent.id < sought.before)
    return session.scalars(found).all()


def actions(session: Session) -> Sequence[str]:
    """Return every kind of act that stands on the record, by name."""
    return session.scalars(select(AuditEvent.action).distinct().order_by(AuditEvent.action)).all()
