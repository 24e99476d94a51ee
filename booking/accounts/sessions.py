"""Sessions of the staff: begun, in use, proven anew, and ended, one or all of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from booking.accounts import factor_queries as factors
from booking.accounts import passwords, queries, sign_in_queries
from booking.accounts.caller import Caller
from booking.accounts.models import StaffSession, User
from booking.accounts.permissions import require_administrator
from booking.accounts.service import actor_of, is_usable
from booking.audit.service import audit
from booking.clinic.actor import staff_id
from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.errors import NotFound
from booking.kit.ids import new_id

LONGEST_BROWSER = 120
NOTED_EVERY = timedelta(minutes=1)
"""A page more within this time does not write again that the session is in use."""


def begin(uow: UnitOfWork, user: User, by: Caller, *, how: str = "signed_in") -> StaffSession:
    """Begin a session of somebody who has shown who they are, on a device that is known now."""
    user.last_sign_in_at = uow.now
    sign_in_queries.remember_device(uow.session, user.id, by.device, uow.now)
    factors.renew_pin(uow.session, user.id, by.device, uow.now)
    begun = _row(uow, user, by)
    begun.proven_at = uow.now
    uow.session.add(begun)
    audit(uow.acting_as(actor_of(user)), action=how, subject="user", subject_id=user.id)
    return begun


def begin_by_pin(uow: UnitOfWork, user: User, by: Caller) -> StaffSession:
    """Begin a session of somebody who gave the PIN of a device: nothing dangerous is open yet."""
    user.last_sign_in_at = uow.now
    begun = _row(uow, user, by)
    uow.session.add(begun)
    acting = uow.acting_as(actor_of(user))
    audit(acting, action="signed_in_by_pin", subject="user", subject_id=user.id)
    return begun


def begin_waiting(uow: UnitOfWork, user: User, by: Caller) -> StaffSession:
    """Keep that the password was right, for somebody who has yet to give a code.

    The row has ended as it begins: it opens nothing, whoever reads it.
    """
    begun = _row(uow, user, by)
    begun.ended_at = uow.now
    begun.code_until = uow.now + uow.policies.sign_in.code_within
    uow.session.add(begun)
    return begun


def waiting_for_code(uow: UnitOfWork, session_id: UUID) -> tuple[StaffSession, User] | None:
    """Return whose password was right a moment ago and who has yet to give a code."""
    found = sign_in_queries.waiting_for_code(uow.session, session_id, uow.now)
    if found is None or not _is_as_it_began(*found):
        return None
    return found


def still_signed_in(uow: UnitOfWork, session_id: UUID) -> tuple[StaffSession, User] | None:
    """Return an open session and whose it is.

    None where it lay idle, grew old, or the account changed since it began.
    """
    policy, now = uow.policies.sign_in, uow.now
    found = sign_in_queries.session_of(uow.session, session_id)
    if found is None or not _is_as_it_began(*found):
        return None
    begun = found[0]
    if now - begun.seen_at > policy.idle or now - begun.started_at > policy.at_most:
        return None
    return found


def is_use_noted(begun: StaffSession, now: datetime) -> bool:
    """Whether a session was noted to be in use so lately that it need not be noted again."""
    return now - begun.seen_at <= NOTED_EVERY


def note_use(uow: UnitOfWork, session_id: UUID) -> None:
    """Note that a session is in use, so that it does not end for idleness."""
    sign_in_queries.mark_seen(uow.session, session_id, uow.now)


def note_proof(uow: UnitOfWork, session_id: UUID) -> None:
    """Note that the holder of a session has shown anew who they are."""
    sign_in_queries.mark_proven(uow.session, session_id, uow.now)
    audit(uow, action="proven_anew", subject="user", subject_id=staff_id(uow.actor))


def sign_out(uow: UnitOfWork, session_id: UUID, user_id: UUID) -> None:
    """End a session: whoever has a copy of its cookie is signed out too."""
    sign_in_queries.end(uow.session, session_id, uow.now)
    audit(uow, action="signed_out", subject="user", subject_id=user_id)


def open_sessions(uow: UnitOfWork, user_id: UUID) -> Sequence[StaffSession]:
    """Return where an account is signed in, the newest first: one's own, or an administrator."""
    _require_own(uow, user_id)
    policy, now = uow.policies.sign_in, uow.now
    return sign_in_queries.open_of(
        uow.session, user_id, started=now - policy.at_most, seen=now - policy.idle
    )


def end_one(uow: UnitOfWork, user_id: UUID, session_id: UUID) -> None:
    """Sign an account out on one device; raises NotFound where that is no session of it."""
    _require_own(uow, user_id)
    begun = sign_in_queries.get(uow.session, session_id)
    if begun is None or begun.user_id != user_id:
        raise NotFound
    sign_in_queries.end(uow.session, session_id, uow.now)
    sign_in_queries.forget_device(uow.session, user_id, begun.device)
    factors.drop_pin(uow.session, user_id, begun.device)
    audit(uow, action="signed_out", subject="user", subject_id=user_id)


def end_others(uow: UnitOfWork, user_id: UUID, but: UUID | None) -> None:
    """Sign an account out everywhere but in one session, and forget the PINs of its devices."""
    _require_own(uow, user_id)
    end_all(uow, user_id, but=but)
    audit(uow, action="signed_out_elsewhere", subject="user", subject_id=user_id)


def end_all(uow: UnitOfWork, user_id: UUID, *, but: UUID | None = None) -> None:
    """End the sessions of an account and what opens it without a password."""
    kept = sign_in_queries.get(uow.session, but) if but else None
    sign_in_queries.end_all(uow.session, user_id, uow.now, but=but)
    factors.drop_pins(uow.session, user_id, but=kept.device if kept else None)


def _require_own(uow: UnitOfWork, user_id: UUID) -> None:
    """Raise NotPermitted unless it is one's own account, or an administrator asks."""
    if staff_id(uow.actor) != user_id:
        require_administrator(uow)
        if queries.get(uow.session, user_id) is None:
            raise NotFound


def _is_as_it_began(begun: StaffSession, user: User) -> bool:
    return is_usable(user) and passwords.mark_of(user.password_hash) == begun.password_mark


def _row(uow: UnitOfWork, user: User, by: Caller) -> StaffSession:
    return StaffSession(
        id=new_id(),
        user_id=user.id,
        password_mark=passwords.mark_of(user.password_hash),
        device=by.device,
        browser=by.browser[:LONGEST_BROWSER],
        started_at=uow.now,
        seen_at=uow.now,
    )
