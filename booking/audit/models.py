"""Who did what, and who looked at whose health data; only ever added."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from booking.kit.base import Base, Counter


class AuditEvent(Base):
    """One act; names of things and ids, never health words."""

    __tablename__ = "audit_event"

    id: Mapped[Counter]
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(60))
    """`user:<id>`, `patient:<id>`, or the name of the part of Lupine that acted."""
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[UUID | None]

    __table_args__ = (Index("ix_audit_event_subject_id", "subject_id"),)
