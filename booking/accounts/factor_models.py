"""What somebody shows beside a password, or in its place: codes, passkeys, a PIN."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from booking.kit.base import Base, Id, Short
from booking.kit.column_types import EncryptedText


class SecondFactor(Base):
    """The secret of an account's authenticator app; it counts once a code has confirmed it."""

    __tablename__ = "second_factor"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(EncryptedText)
    begun_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int | None]
    """The half minute of the newest code that was taken: no code is taken twice."""


class RecoveryCode(Base):
    """A code for when the app is gone; each is good once."""

    __tablename__ = "recovery_code"

    id: Mapped[Id]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A key that a device or a password manager keeps for an account; we have its public half."""

    __tablename__ = "passkey"

    id: Mapped[Id]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    credential: Mapped[str] = mapped_column(String(1400), unique=True)
    """Its id as browsers write it: base 64."""
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int]
    name: Mapped[Short]
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SpentChallenge(Base):
    """A challenge that a passkey has answered: no answer counts twice."""

    __tablename__ = "spent_challenge"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class DevicePin(Base):
    """A short number that opens an account again, on one device, for some days, a few tries."""

    __tablename__ = "device_pin"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    device: Mapped[str] = mapped_column(String(64), primary_key=True)
    pin_hash: Mapped[str] = mapped_column(String(200))
    password_mark: Mapped[str] = mapped_column(String(16))
    """Of the password in force as it was chosen: a new one ends it."""
    failures: Mapped[int]
    full_at: Mapped[datetime]
    """When its owner last signed in on the device with more than it."""
