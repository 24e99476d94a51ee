"""Appointments: a hold while the patient types, then a booking, then what became of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, DateTime, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.kit.base import Base, Id
from booking.kit.column_types import Word
from booking.patients.models import Patient
from booking.scheduling.states import EndReason, Proof, State
from booking.therapists.models import Location, Service, Therapist


class Appointment(Base):
    """One session of one therapist.

    `blocked_from` to `blocked_until` is the session with its buffers; the database refuses a
    live row whose blocked range overlaps another live row's of the same therapist (an
    exclusion constraint on PostgreSQL, triggers on SQLite: booking/migrations).
    `version` grows with every change of time; it is the SEQUENCE of the invitation, and
    messages of an older version are void.

    `wall_start` is what the clocks of `wall_zone`, the place's, show at the start: that was
    agreed, and stays where a zone's rules change. `wall_offset` is how many seconds they were
    ahead of UTC by the rules then. The database empties a wall time that is not that of the
    start, and `wall_time_queries.fill` fills it.

    `proven_at` is when it showed that the patient made this booking, and not somebody who knows
    their name, phone and mail address; until then it says nothing about the patient.
    """

    __tablename__ = "appointment"

    id: Mapped[Id]
    therapist_id: Mapped[int] = mapped_column(ForeignKey("therapist.id"))
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"))
    location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id"))
    patient_id: Mapped[UUID | None] = mapped_column(ForeignKey("patient.id"), index=True)
    state: Mapped[State] = mapped_column(Word(State))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    blocked_from: Mapped[datetime]
    blocked_until: Mapped[datetime]
    # Without a zone: a clock's face, no instant.
    wall_start: Mapped[datetime | None] = mapped_column(DateTime())
    wall_zone: Mapped[str | None] = mapped_column(String(64))
    wall_offset: Mapped[int | None]
    hold_expires_at: Mapped[datetime | None]
    visitor: Mapped[str | None] = mapped_column(String(32))
    """Keyed hash of the address that took the hold over the web; forgotten after a day."""
    browser: Mapped[str | None] = mapped_column(String(32))
    """The same of the browser."""
    patient_zone: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(default=1)
    reason: Mapped[EndReason | None] = mapped_column(Word(EndReason, 40))
    created_at: Mapped[datetime]
    booked_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    proven_at: Mapped[datetime | None]
    proven_by: Mapped[Proof | None] = mapped_column(Word(Proof))
    by_mail_only: Mapped[bool] = mapped_column(default=False)
    """Whether the form said no to texts: then none goes about this session, whoever sent it."""
    asked_settings: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Other settings than the patient's that the form asked for, until the patient decides."""

    therapist: Mapped[Therapist] = relationship()
    service: Mapped[Service] = relationship()
    location: Mapped[Location] = relationship()
    patient: Mapped[Patient | None] = relationship()

    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
        CheckConstraint(
            "blocked_from <= starts_at AND ends_at <= blocked_until", name="blocked_holds_session"
        ),
        CheckConstraint(
            "state = 'held' OR patient_id IS NOT NULL OR state = 'cancelled'", name="has_a_patient"
        ),
        Index("ix_appointment_therapist_id_blocked_until", "therapist_id", "blocked_until"),
        Index("ix_appointment_hold_expires_at", "hold_expires_at"),
        Index(
            "ix_appointment_visitor",
            "visitor",
            "created_at",
            postgresql_where=text("visitor IS NOT NULL"),
            sqlite_where=text("visitor IS NOT NULL"),
        ),
    )
