"""Staff who sign in."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from booking.models.base import Base, Id, Short
from booking.models.types import Word


class Role(StrEnum):
    """What somebody may do; patients act through links and never sign in."""

    PATIENT = "patient"
    THERAPIST = "therapist"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


class User(Base):
    """A person who signs in; a therapist's account names the therapist."""

    __tablename__ = "user_account"

    id: Mapped[Id]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[Short]
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(Word(Role))
    therapist_id: Mapped[int | None] = mapped_column(ForeignKey("therapist.id"))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    last_sign_in_at: Mapped[datetime | None]
