"""Alerts: what a person must look at, and what raised them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.kit.base import Base, Id
from booking.kit.column_types import EncryptedText, EncryptedWord, Word
from booking.patients.models import Patient
from booking.safety.rules.red_flags import Tier
from booking.safety.states import AlertState


class Alert(Base):
    """Something a person must look at, raised by an answer or a text."""

    __tablename__ = "alert"

    id: Mapped[Id]
    tier: Mapped[Tier] = mapped_column(EncryptedWord(Tier))
    patient_id: Mapped[UUID | None] = mapped_column(ForeignKey("patient.id"), index=True)
    """Absent when a text came from a phone that nobody, or more than one person, has."""
    appointment_id: Mapped[UUID | None] = mapped_column(ForeignKey("appointment.id"))
    check_in_id: Mapped[UUID | None] = mapped_column(ForeignKey("check_in.id"))
    inbound_sid: Mapped[str | None] = mapped_column(ForeignKey("inbound_message.sid"))
    answer_id: Mapped[UUID | None] = mapped_column(ForeignKey("answer.id"))
    source_key: Mapped[str] = mapped_column(String(120), unique=True)
    """What raised it, so that the same text or answer raises it once."""
    state: Mapped[AlertState] = mapped_column(Word(AlertState), default=AlertState.OPEN)
    opened_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    outcome: Mapped[str | None] = mapped_column(EncryptedText)

    patient: Mapped[Patient | None] = relationship()

    __table_args__ = (Index("ix_alert_state_opened_at", "state", "opened_at"),)


class AlertCause(Base):
    """One more text or answer that says the same as an alert which nobody had in hand yet."""

    __tablename__ = "joined_cause"

    source_key: Mapped[str] = mapped_column(String(120), primary_key=True)
    alert_id: Mapped[UUID] = mapped_column(ForeignKey("alert.id"), index=True)
    inbound_sid: Mapped[str | None] = mapped_column(ForeignKey("inbound_message.sid"))
    answer_id: Mapped[UUID | None] = mapped_column(ForeignKey("answer.id"))
    at: Mapped[datetime]
