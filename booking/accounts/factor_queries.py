"""The queries of codes, passkeys and PINs."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from booking.accounts.factor_models import (
    DevicePin,
    Passkey,
    RecoveryCode,
    SecondFactor,
    SpentChallenge,
)
from booking.accounts.models import User
from booking.kit.upsert import insert_or_ignore


def second_factor(session: Session, user_id: UUID) -> SecondFactor | None:
    """Return the authenticator app of an account, confirmed or not."""
    return session.get(SecondFactor, user_id)


def second_factor_for_update(session: Session, user_id: UUID) -> SecondFactor | None:
    """Return it while nobody else gives a code for the account."""
    return session.get(SecondFactor, user_id, with_for_update=True, populate_existing=True)


def drop_second_factor(session: Session, user_id: UUID) -> None:
    """Delete the authenticator app of an account and its recovery codes."""
    session.execute(delete(SecondFactor).where(SecondFactor.user_id == user_id))
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


def drop_recovery_codes(session: Session, user_id: UUID) -> None:
    """Delete the recovery codes of an account."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


def recovery_codes_left(session: Session, user_id: UUID) -> int:
    """Return how many recovery codes of an account are unused."""
    found = select(RecoveryCode.id).where(
        RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)
    )
    return len(session.scalars(found).all())


def use_recovery_code(session: Session, user_id: UUID, digest: str, now: datetime) -> bool:
    """Use a recovery code; False where it is none, or was used before."""
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.digest == digest,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    )
    return used.first() is not None


def passkeys_of(session: Session, user_id: UUID) -> Sequence[Passkey]:
    """Return the passkeys of an account, the oldest first."""
    return session.scalars(
        select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.added_at, Passkey.id)
    ).all()


def passkey(session: Session, passkey_id: UUID) -> Passkey | None:
    """Return a passkey."""
    return session.get(Passkey, passkey_id)


def passkey_for_update(session: Session, credential: str) -> tuple[Passkey, User] | None:
    """Return the passkey of a credential's id and whose it is, while nobody else uses it."""
    row = session.execute(
        select(Passkey, User)
        .join(User, User.id == Passkey.user_id)
        .where(Passkey.credential == credential)
        .with_for_update(of=Passkey)
    ).first()
    return None if row is None else (row[0], row[1])


def is_passkey(session: Session, credential: str) -> bool:
    """Whether a credential is some account's passkey already."""
    found = select(Passkey.id).where(Passkey.credential == credential)
    return session.scalar(found) is not None


def drop_passkey(session: Session, passkey_id: UUID) -> None:
    """Delete a passkey."""
    session.execute(delete(Passkey).where(Passkey.id == passkey_id))


def drop_passkeys(session: Session, user_id: UUID) -> None:
    """Delete the passkeys of an account."""
    session.execute(delete(Passkey).where(Passkey.user_id == user_id))


def spend_challenge(session: Session, digest: str, now: datetime) -> bool:
    """Note that a challenge was answered; False where it was before."""
    row = {"digest": digest, "at": now}
    return insert_or_ignore(session, SpentChallenge, row, ["digest"])


def forget_challenges(session: Session, before: datetime) -> None:
    """Delete challenges that are too old to be answered in any case."""
    session.execute(delete(SpentChallenge).where(SpentChallenge.at < before))


def pin(session: Session, user_id: UUID, device: str) -> DevicePin | None:
    """Return the PIN of an account on a device."""
    return session.get(DevicePin, (user_id, device))


def pins_on(session: Session, device: str, since: datetime) -> Sequence[tuple[DevicePin, User]]:
    """Return the PINs of a device whose owners signed in with more since then, by name."""
    rows = session.execute(
        select(DevicePin, User)
        .join(User, User.id == DevicePin.user_id)
        .where(DevicePin.device == device, DevicePin.full_at > since, User.active)
        .order_by(User.name)
    )
    return [(row[0], row[1]) for row in rows]


def take_pin_try(session: Session, user_id: UUID, device: str, tries: int) -> bool:
    """Count a try before its PIN is looked at; False where there were too many."""
    counted = session.execute(
        update(DevicePin)
        .where(DevicePin.user_id == user_id, DevicePin.device == device, DevicePin.failures < tries)
        .values(failures=DevicePin.failures + 1)
        .returning(DevicePin.user_id)
    )
    return counted.first() is not None


def forgive_pin(session: Session, user_id: UUID, device: str) -> None:
    """Count no tries for a PIN that was right."""
    _change_pin(session, user_id, device, failures=0)


def renew_pin(session: Session, user_id: UUID, device: str, now: datetime) -> None:
    """Note that the owner of a PIN signed in with more than it, where there is one."""
    _change_pin(session, user_id, device, failures=0, full_at=now)


def drop_pin(session: Session, user_id: UUID, device: str) -> None:
    """Delete the PIN of an account on a device."""
    session.execute(
        delete(DevicePin).where(DevicePin.user_id == user_id, DevicePin.device == device)
    )


def drop_pins(session: Session, user_id: UUID, *, but: str | None) -> None:
    """Delete the PINs of an account, all but that of one device."""
    dropped = delete(DevicePin).where(DevicePin.user_id == user_id)
    if but is not None:
        dropped = dropped.where(DevicePin.device != but)
    session.execute(dropped)


def _change_pin(session: Session, user_id: UUID, device: str, **values: object) -> None:
    session.execute(
        update(DevicePin)
        .where(DevicePin.user_id == user_id, DevicePin.device == device)
        .values(**values)
    )
