"""Patients, what they agreed to, and what they told before a session."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from booking.kit.base import Base, Id, Prose, Short
from booking.kit.column_types import EncryptedText, Word
from booking.patients.consent import ConsentKind


class Patient(Base):
    """A person who books; two people may share a phone or a mail address.

    `match_key` is a digest of phone, mail and name, so that the same person booking again is
    the same row and nobody else is.
    """

    __tablename__ = "patient"

    id: Mapped[Id]
    match_key: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[Short]
    phone: Mapped[str] = mapped_column(String(16), index=True)
    email: Mapped[str] = mapped_column(String(254))
    zone: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(8), default="en")
    wants_optional_reminder: Mapped[bool] = mapped_column(default=False)
    discreet: Mapped[bool] = mapped_column(default=False)
    """Texts then carry a link and nothing else."""
    created_at: Mapped[datetime]


class Consent(Base):
    """What a patient agreed to or took back, with the exact words; never edited."""

    __tablename__ = "consent"

    id: Mapped[Id]
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    kind: Mapped[ConsentKind] = mapped_column(Word(ConsentKind))
    given: Mapped[bool]
    version: Mapped[str] = mapped_column(String(20))
    wording: Mapped[Prose]
    source: Mapped[str] = mapped_column(String(40))
    phone: Mapped[str | None] = mapped_column(String(16))
    at: Mapped[datetime]
    appointment_id: Mapped[UUID | None] = mapped_column(ForeignKey("appointment.id"))
    """The booking whose form it was given on: it tells whether and how the phone was proven."""
    evidence: Mapped[str | None] = mapped_column(EncryptedText)
    """Of a word on texts: a keyed digest of the visitor's address, and the browser's name."""
