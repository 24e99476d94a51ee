"""The queries of signing in: sessions, known devices and wrong tries."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from booking.accounts.models import KnownDevice, SignInFailure, StaffSession, User
from booking.kit.upsert import insert_or_ignore


def session_of(session: Session, session_id: UUID) -> tuple[StaffSession, User] | None:
    """Return a session that was not ended, and whose it is."""
    row = session.execute(
        select(StaffSession, User)
        .join(User, User.id == StaffSession.user_id)
        .where(StaffSession.id == session_id, StaffSession.ended_at.is_(None))
    ).first()
    return None if row is None else (row[0], row[1])


def mark_seen(session: Session, session_id: UUID, now: datetime) -> None:
    """Note that a session is in use."""
    session.execute(update(StaffSession).where(StaffSession.id == session_id).values(seen_at=now))


def end(session: Session, session_id: UUID, now: datetime) -> None:
    """End a session; one that was ended stays as it was."""
    session.execute(
        update(StaffSession)
        .where(StaffSession.id == session_id, StaffSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def device_seen_at(session: Session, user_id: UUID, device: str) -> datetime | None:
    """Return when somebody last signed in to an account with a device."""
    known = session.get(KnownDevice, (user_id, device))
    return None if known is None else known.seen_at


def remember_device(session: Session, user_id: UUID, device: str, now: datetime) -> None:
    """Keep that somebody signed in to an account with a device."""
    row = {"user_id": user_id, "device": device, "seen_at": now}
    if not insert_or_ignore(session, KnownDevice, row, ["user_id", "device"]):
        session.get_one(KnownDevice, (user_id, device)).seen_at = now


def failures_of_pair(
    session: Session, account: str, caller: str, since: datetime
) -> Sequence[datetime]:
    """Return when a caller gave wrong passwords for an account."""
    return session.scalars(
        select(SignInFailure.at).where(
            SignInFailure.account == account,
            SignInFailure.caller == caller,
            SignInFailure.at > since,
        )
    ).all()


def failures_of_address(session: Session, address: str, since: datetime) -> Sequence[datetime]:
    """Return when an address gave wrong passwords, from devices that no account knows."""
    return session.scalars(
        select(SignInFailure.at).where(SignInFailure.address == address, SignInFailure.at > since)
    ).all()


def forget_failures(session: Session, before: datetime) -> None:
    """Delete wrong tries that count no more; the record of acts keeps what has to stay."""
    session.execute(delete(SignInFailure).where(SignInFailure.at <= before))


def forgive(session: Session, account: str, caller: str) -> None:
    """Delete the wrong tries of a caller who gave the right password."""
    session.execute(
        delete(SignInFailure).where(
            SignInFailure.account == account, SignInFailure.caller == caller
        )
    )
