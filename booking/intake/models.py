"""Intakes and the clearances of clinicians."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from booking.kit.base import Base, Id
from booking.kit.column_types import EncryptedText


class Intake(Base):
    """The answers given before a session; a new version is a new row."""

    __tablename__ = "intake"

    id: Mapped[Id]
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    appointment_id: Mapped[UUID | None] = mapped_column(ForeignKey("appointment.id"), index=True)
    answers: Mapped[str] = mapped_column(EncryptedText)
    created_at: Mapped[datetime]


class Clearance(Base):
    """A clinician's word that a session may go ahead, as staff recorded it."""

    __tablename__ = "clearance"

    id: Mapped[Id]
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    appointment_id: Mapped[UUID] = mapped_column(ForeignKey("appointment.id"), index=True)
    clinician: Mapped[str] = mapped_column(EncryptedText)
    scope: Mapped[str] = mapped_column(EncryptedText)
    given_on: Mapped[date]
    expires_on: Mapped[date]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime]
