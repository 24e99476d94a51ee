"""Therapists: who they are, what was checked, where and when they work."""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.kit.base import Base, Id, Prose, Short
from booking.kit.column_types import Word
from booking.therapists import eligibility as vetting
from booking.therapists.eligibility import ApplicationState, CredentialStatus, CredentialType


class Therapist(Base):
    """A therapist, bookable only while vetted.

    The id is a number because the constraint against double booking ranges over it; the slug
    is what the public sees.
    """

    __tablename__ = "therapist"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    slug: Mapped[Short] = mapped_column(String(80), unique=True)
    name: Mapped[Short]
    practice: Mapped[Short]
    about: Mapped[Prose]
    application_state: Mapped[ApplicationState] = mapped_column(Word(ApplicationState))
    expertise: Mapped[list[str]]
    techniques: Mapped[list[str]]
    positions: Mapped[list[str]]
    languages: Mapped[list[str]]
    created_at: Mapped[datetime]

    credentials: Mapped[list["Credential"]] = relationship(order_by="Credential.expires_on")
    locations: Mapped[list["Location"]] = relationship(order_by="Location.name")
    services: Mapped[list["Service"]] = relationship(
        order_by="Service.minutes", back_populates="therapist"
    )

    def vetted(self, on: date, jurisdiction: str) -> vetting.EligibilityResult:
        """Judge whether a session may take place on that day in that place."""
        claims = [credential.claim() for credential in self.credentials]
        return vetting.is_bookable(self.application_state, claims, on=on, jurisdiction=jurisdiction)


class Credential(Base):
    """One licence, insurance, check or training, as a person saw it at its primary source."""

    __tablename__ = "credential"

    id: Mapped[Id]
    therapist_id: Mapped[int] = mapped_column(ForeignKey("therapist.id"), index=True)
    type: Mapped[CredentialType] = mapped_column(Word(CredentialType))
    issuer: Mapped[Short]
    jurisdiction: Mapped[Short]
    number: Mapped[Short]
    name_on_record: Mapped[Short]
    status: Mapped[CredentialStatus] = mapped_column(Word(CredentialStatus))
    disciplinary: Mapped[str] = mapped_column(String(20), default="none")
    issued_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    source_url: Mapped[str | None] = mapped_column(String(300))
    training_hours: Mapped[int | None]
    checked_on: Mapped[date | None]
    checked_by: Mapped[str | None] = mapped_column(String(120))
    next_check_on: Mapped[date | None]

    def claim(self) -> vetting.CredentialFacts:
        """Return what the vetting rules judge."""
        return vetting.CredentialFacts(
            type=self.type,
            jurisdiction=self.jurisdiction,
            expires_on=self.expires_on,
            status=self.status,
            checked_on=self.checked_on,
        )


class Location(Base):
    """A place where sessions happen, with its own time zone and its own law."""

    __tablename__ = "location"

    id: Mapped[Id]
    therapist_id: Mapped[int] = mapped_column(ForeignKey("therapist.id"), index=True)
    name: Mapped[Short]
    address: Mapped[Short]
    city: Mapped[Short]
    jurisdiction: Mapped[Short]
    zone: Mapped[str] = mapped_column(String(64))
    step_free: Mapped[bool]
    table_height: Mapped[Short]
    arrival_note: Mapped[Prose]


class Service(Base):
    """A kind of session at one place: its length, and the time kept free around it (minutes)."""

    __tablename__ = "service"

    id: Mapped[Id]
    therapist_id: Mapped[int] = mapped_column(ForeignKey("therapist.id"), index=True)
    location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id"))
    name: Mapped[Short]
    description: Mapped[Prose]
    minutes: Mapped[int]
    minutes_before: Mapped[int] = mapped_column(default=0)
    minutes_after: Mapped[int] = mapped_column(default=15)
    price_cents: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    active: Mapped[bool] = mapped_column(default=True)

    location: Mapped[Location] = relationship()
    therapist: Mapped[Therapist] = relationship(back_populates="services")


class WeeklyHours(Base):
    """One range of a weekday in which a therapist works at a place, in the place's own time."""

    __tablename__ = "weekly_hours"

    id: Mapped[Id]
    therapist_id: Mapped[int] = mapped_column(ForeignKey("therapist.id"), index=True)
    location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id"))
    weekday: Mapped[int]
    opens: Mapped[time]
    closes: Mapped[time]


class DayOverride(Base):
    """Other hours on one date at one place; a row without hours closes that day."""

    __tablename__ = "day_override"

    id: Mapped[Id]
    therapist_id: Mapped[int] = mapped_column(ForeignKey("therapist.id"))
    location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id"))
    day: Mapped[date]
    opens: Mapped[time | None]
    closes: Mapped[time | None]

    __table_args__ = (Index("ix_day_override_therapist_id_day", "therapist_id", "day"),)


class Block(Base):
    """Time a therapist keeps for something else."""

    __tablename__ = "block"

    id: Mapped[Id]
    therapist_id: Mapped[int] = mapped_column(ForeignKey("therapist.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    label: Mapped[Short] = mapped_column(String(120), default="")

    __table_args__ = (Index("ix_block_therapist_id_ends_at", "therapist_id", "ends_at"),)
