"""The queries of signing in: sessions, known devices and wrong tries."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from booking.accounts.models import KnownDevice, SignInFailure, StaffSession, User
from booking.kit.upsert import insert_or_ignore


def get(session: Session, session_id: UUID) -> StaffSession | None:
    """Return a session, whether it has ended or not."""
    return session.get(StaffSession, session_id)


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


def end_all(session: Session, user_id: UUID, now: datetime, *, but: UUID | None) -> None:
    """End the sessions of an account, all but one; nobody gives a code for one of before."""
    ended = update(StaffSession).where(StaffSession.user_id == user_id)
    if but is not None:
        ended = ended.where(StaffSession.id != but)
    session.execute(ended.where(StaffSession.ended_at.is_(None)).values(ended_at=now))
    session.execute(ended.where(StaffSession.code_until.is_not(None)).values(code_until=None))


def waiting_for_code(
    session: Session, session_id: UUID, now: datetime
) -> tuple[StaffSession, User] | None:
    """Return what a right password began and a code has yet to complete, and whose it is."""
    row = session.execute(
        select(StaffSession, User)
        .join(User, User.id == StaffSession.user_id)
        .where(StaffSession.id == session_id, StaffSession.code_until > now)
    ).first()
    return None if row is None else (row[0], row[1])


def open_of(
    session: Session, user_id: UUID, *, started: datetime, seen: datetime
) -> Sequence[StaffSession]:
    """Return the sessions of an account that are open, the one last in use first."""
    return session.scalars(
        select(StaffSession)
        .where(
            StaffSession.user_id == user_id,
            StaffSession.ended_at.is_(None),
            StaffSession.started_at >= started,
            StaffSession.seen_at >= seen,
        )
        .order_by(StaffSession.seen_at.desc(), StaffSession.id)
    ).all()


def mark_proven(session: Session, session_id: UUID, now: datetime) -> None:
    """Note that the holder of a session has shown who they are."""
    session.execute(update(StaffSession).where(StaffSession.id == session_id).values(proven_at=now))


def go_on(session: Session, session_id: UUID, password_mark: str, now: datetime) -> None:
    """Let a session go on under its account's new password."""
    session.execute(
        update(StaffSession)
        .where(StaffSession.id == session_id)
        .values(password_mark=password_mark, proven_at=now)
    )


def forget_device(session: Session, user_id: UUID, device: str) -> None:
    """Delete that somebody signed in to an account with a device."""
    session.execute(
        delete(KnownDevice).where(KnownDevice.user_id == user_id, KnownDevice.device == device)
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
