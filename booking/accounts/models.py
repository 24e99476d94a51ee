"""Staff who sign in."""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from booking.kit.base import Base, Counter, Id, Short
from booking.kit.column_types import Word


class Role(StrEnum):
    """What somebody may do; patients act through links and never sign in."""

    PATIENT = "patient"
    THERAPIST = "therapist"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    """Reads the record of who did what, and nothing else."""


class LinkPurpose(StrEnum):
    """What a mailed link to an account is for."""

    INVITATION = "invitation"
    NEW_PASSWORD = "new_password"  # noqa: S105 - the name of a purpose


NO_PASSWORD: Final = ""
"""What an account has until its holder has taken the invitation: no password fits it."""


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

    @property
    def is_invited(self) -> bool:
        """Whether its holder has yet to choose a password."""
        return self.password_hash == NO_PASSWORD


class StaffSession(Base):
    """One time of being signed in; the cookie only names it."""

    __tablename__ = "staff_session"

    id: Mapped[Id]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    password_mark: Mapped[str] = mapped_column(String(16))
    """Of the password it began with: a new one ends it."""
    device: Mapped[str] = mapped_column(String(64))
    """The digest of the device's secret."""
    browser: Mapped[Short]
    """As the browser named itself, cut to its length."""
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    proven_at: Mapped[datetime | None]
    """When its holder last showed who they are; None where a PIN was enough."""
    code_until: Mapped[datetime | None]
    """Until when a code may be given: the session has ended, and one begins with the code."""


class AccountLink(Base):
    """A link that lets whoever holds it choose an account's password, once."""

    __tablename__ = "account_link"

    id: Mapped[Id]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    purpose: Mapped[LinkPurpose] = mapped_column(Word(LinkPurpose))
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    """None where its holder asked for it, or a command made it."""
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    def is_open(self, now: datetime) -> bool:
        """Whether it still opens something."""
        return self.used_at is None and self.closed_at is None and now < self.expires_at


class KnownDevice(Base):
    """A browser that somebody signed in with before; strangers' tries never make it wait."""

    __tablename__ = "known_device"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    device: Mapped[str] = mapped_column(String(64), primary_key=True)
    seen_at: Mapped[datetime]


class SignInFailure(Base):
    """One wrong try, counted for a while; keyed digests instead of addresses of any kind."""

    __tablename__ = "sign_in_failure"

    id: Mapped[Counter]
    at: Mapped[datetime]
    account: Mapped[str] = mapped_column(String(64))
    caller: Mapped[str] = mapped_column(String(64))
    """The known device, or the address."""
    address: Mapped[str | None] = mapped_column(String(64))
    """None where the device is known."""

    __table_args__ = (
        Index("ix_sign_in_failure_account", "account", "caller", "at"),
        Index("ix_sign_in_failure_address", "address", "at"),
    )
