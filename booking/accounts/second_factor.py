"""Codes of an authenticator app (RFC 6238) and, for when it is gone, recovery codes."""

import secrets
from hashlib import sha256
from typing import Final
from uuid import UUID

import pyotp

from booking.accounts import factor_queries as factors
from booking.accounts import queries, sessions, sign_in_queries
from booking.accounts.caller import Caller
from booking.accounts.events import AccountChanged, Change
from booking.accounts.factor_models import RecoveryCode, SecondFactor
from booking.accounts.models import SignInFailure, StaffSession, User
from booking.accounts.permissions import require_administrator
from booking.audit.service import audit
from booking.clinic.actor import System, staff_id
from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.errors import InvalidInput, LimitReached, NotFound, NotPermitted
from booking.kit.ids import new_id

STEP_SECONDS: Final = 30
AROUND: Final = (0, -1, 1)
"""Half minutes a code may be off: a phone's clock goes a little wrong."""
CODES: Final = 10
CODE_LENGTH: Final = 16
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are taken for each other."""
_FROM_ANYWHERE: Final = "anywhere"
"""Wrong codes count for the account: only who has its password can give any."""


def status(uow: UnitOfWork) -> tuple[SecondFactor | None, int]:
    """Return one's own authenticator app, if any, and how many recovery codes are left."""
    user_id = staff_id(uow.actor)
    found = factors.second_factor(uow.session, user_id)
    return found, factors.recovery_codes_left(uow.session, user_id)


def has_codes(uow: UnitOfWork, user_id: UUID) -> bool:
    """Whether an account asks for codes."""
    found = factors.second_factor(uow.session, user_id)
    return found is not None and found.confirmed_at is not None


def has_any(uow: UnitOfWork, user_id: UUID) -> bool:
    """Whether an account has codes or passkeys; only an administrator asks it of others."""
    if staff_id(uow.actor) != user_id:
        require_administrator(uow)
    return has_codes(uow, user_id) or bool(factors.passkeys_of(uow.session, user_id))


def begin(uow: UnitOfWork) -> SecondFactor:
    """Begin to set up an authenticator app, or go on with what was begun.

    Raises NotPermitted where one is in force: it is taken away first.
    """
    user_id = staff_id(uow.actor)
    found = factors.second_factor_for_update(uow.session, user_id)
    if found is None:
        found = SecondFactor(user_id=user_id, secret=pyotp.random_base32(), begun_at=uow.now)
        uow.session.add(found)
        uow.session.flush()
    if found.confirmed_at is not None:
        raise NotPermitted("codes_in_force")
    return found


def address_of(secret: str, *, account: str, clinic: str) -> str:
    """Return what an authenticator app is set up by, as its picture holds it."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=clinic)


def confirm(uow: UnitOfWork, code: str) -> list[str]:
    """Put an authenticator app in force with its first code; returns the recovery codes.

    They are shown once, and kept as digests. Raises InvalidInput where the code is wrong.
    """
    user = _own(uow)
    factor = factors.second_factor_for_update(uow.session, user.id)
    if factor is None or factor.confirmed_at is not None:
        raise NotPermitted("codes_in_force")
    step = _step_of(uow, factor, code)
    if step is None:
        raise InvalidInput("code_wrong")
    factor.confirmed_at, factor.last_step = uow.now, step
    audit(uow, action="codes_on", subject="user", subject_id=user.id)
    uow.emit(AccountChanged(user, user.email, Change.CODES_ON))
    return _new_recovery_codes(uow, user.id)


def renew_recovery_codes(uow: UnitOfWork) -> list[str]:
    """Return new recovery codes; those of before are good for nothing."""
    user = _own(uow)
    if not has_codes(uow, user.id):
        raise NotPermitted("codes_not_in_force")
    audit(uow, action="recovery_codes_made", subject="user", subject_id=user.id)
    return _new_recovery_codes(uow, user.id)


def remove(uow: UnitOfWork) -> None:
    """Take one's own authenticator app and its recovery codes away."""
    user = _own(uow)
    was_in_force = has_codes(uow, user.id)
    factors.drop_second_factor(uow.session, user.id)
    if was_in_force:
        audit(uow, action="codes_off", subject="user", subject_id=user.id)
        uow.emit(AccountChanged(user, user.email, Change.CODES_OFF))


def sign_in(uow: UnitOfWork, waiting_id: UUID, code: str, by: Caller) -> tuple[StaffSession, User]:
    """Begin the session of somebody whose password was right, with a code.

    Raises NotPermitted where the code is wrong (`note_failure` is the caller's to call then) or
    the password was given too long ago, LimitReached after too many wrong codes.
    """
    found = sessions.waiting_for_code(uow, waiting_id)
    if found is None:
        raise NotPermitted("code_too_late")
    waiting, user = found
    prove(uow, user.id, code)
    waiting.code_until = None
    return sessions.begin(uow, user, by), user


def prove(uow: UnitOfWork, user_id: UUID, code: str) -> None:
    """Take a code of an account, or a recovery code; raises as `sign_in` does."""
    since = uow.now - uow.policies.sign_in.counted_for
    failures = sign_in_queries.failures_of_pair(uow.session, _name(user_id), _FROM_ANYWHERE, since)
    if len(failures) >= uow.policies.sign_in.code_tries:
        raise LimitReached("codes_wait")
    factor = factors.second_factor_for_update(uow.session, user_id)
    if factor is None or factor.confirmed_at is None:
        raise NotPermitted("code_wrong")
    step = _step_of(uow, factor, code)
    if step is not None:
        factor.last_step = step
    elif not _use_recovery_code(uow, user_id, code):
        raise NotPermitted("code_wrong")


def note_failure(uow: UnitOfWork, user_id: UUID) -> None:
    """Keep a wrong code, for a while and on the record of acts."""
    sign_in_queries.forget_failures(uow.session, uow.now - uow.policies.sign_in.counted_for)
    uow.session.add(SignInFailure(at=uow.now, account=_name(user_id), caller=_FROM_ANYWHERE))
    acting = uow.acting_as(System.SIGN_IN)
    audit(acting, action="code_failed", subject="user", subject_id=user_id)


def note_failure_of(uow: UnitOfWork, waiting_id: UUID) -> None:
    """Keep a wrong code of somebody whose password was right."""
    found = sessions.waiting_for_code(uow, waiting_id)
    if found is not None:
        note_failure(uow, found[1].id)


def _step_of(uow: UnitOfWork, factor: SecondFactor, code: str) -> int | None:
    """Return the half minute a code belongs to, where it is right and was not taken before."""
    typed = _plain(code)
    app = pyotp.TOTP(factor.secret)
    newest = -1 if factor.last_step is None else factor.last_step
    here = int(uow.now.timestamp()) // STEP_SECONDS
    fitting = (here + off for off in AROUND if _is_same(app.generate_otp(here + off), typed))
    return next((step for step in fitting if step > newest), None)


def _use_recovery_code(uow: UnitOfWork, user_id: UUID, code: str) -> bool:
    used = factors.use_recovery_code(uow.session, user_id, _digest(_plain(code)), uow.now)
    user = queries.get(uow.session, user_id)
    if used and user is not None:
        acting = uow.acting_as(System.SIGN_IN)
        audit(acting, action="recovery_code_used", subject="user", subject_id=user_id)
        uow.emit(AccountChanged(user, user.email, Change.RECOVERY_CODE))
    return used


def _new_recovery_codes(uow: UnitOfWork, user_id: UUID) -> list[str]:
    factors.drop_recovery_codes(uow.session, user_id)
    codes = [_random_code() for _ in range(CODES)]
    uow.session.add_all(
        RecoveryCode(id=new_id(), user_id=user_id, digest=_digest(_plain(one))) for one in codes
    )
    return codes


def _random_code() -> str:
    letters = "".join(secrets.choice(_LETTERS) for _ in range(CODE_LENGTH))
    return "-".join(letters[at : at + 4] for at in range(0, CODE_LENGTH, 4))


def _digest(code: str) -> str:
    """Return what is kept of a recovery code: 79 random bits need no slower digest."""
    return sha256(code.encode()).hexdigest()


def _plain(code: str) -> str:
    return "".join(letter for letter in code.casefold() if letter.isalnum())[:40]


def _is_same(ours: str, typed: str) -> bool:
    return secrets.compare_digest(ours.encode(), typed.encode())


def _name(user_id: UUID) -> str:
    return f"code {user_id}"


def _own(uow: UnitOfWork) -> User:
    user = queries.get(uow.session, staff_id(uow.actor))
    if user is None:
        raise NotFound
    return user
