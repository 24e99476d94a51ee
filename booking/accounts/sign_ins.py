"""Signing in with a password: strangers slow down nobody but themselves."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from booking.accounts import factor_queries as factors
from booking.accounts import queries, sessions, sign_in_queries
from booking.accounts.caller import Caller
from booking.accounts.models import SignInFailure, StaffSession, User
from booking.accounts.passwords import Checked
from booking.accounts.service import is_usable, normal_email
from booking.accounts.sign_in_throttle import waits_until
from booking.audit.service import audit
from booking.clinic.actor import System
from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.errors import NotPermitted


@dataclass(frozen=True)
class Account:
    """What has to be known of an account before its password is checked."""

    user_id: UUID | None
    password_hash: str | None
    knows_device: bool
    may_try_at: datetime | None

    def caller(self, by: Caller) -> str:
        """Return whose wrong tries count: the device's that is known, else the address's."""
        return f"device {by.device}"[:64] if self.knows_device else by.address


def look_up(uow: UnitOfWork, email: str, by: Caller) -> Account:
    """Return the account of a mail address, or nobody's, and when its caller may try."""
    session, policy, now = uow.session, uow.policies.sign_in, uow.now
    user = queries.by_email(session, normal_email(email))
    seen_at = sign_in_queries.device_seen_at(session, user.id, by.device) if user else None
    knows_device = seen_at is not None and now - seen_at < policy.device_known_for
    found = Account(
        user_id=user.id if user else None,
        password_hash=user.password_hash if user else None,
        knows_device=knows_device,
        may_try_at=None,
    )
    since = now - policy.counted_for
    of_pair = sign_in_queries.failures_of_pair(session, by.account, found.caller(by), since)
    waits = [waits_until(of_pair, policy.free_tries, policy)]
    if not knows_device:
        of_address = sign_in_queries.failures_of_address(session, by.address, since)
        waits.append(waits_until(of_address, policy.free_tries_of_address, policy))
    at = max((one for one in waits if one is not None and one > now), default=None)
    return replace(found, may_try_at=at)


def sign_in(
    uow: UnitOfWork, account: Account, checked: Checked, by: Caller
) -> tuple[StaffSession, User]:
    """Begin a session for whoever gave the right password of an account; returns whose too.

    Where the account has an authenticator app, the session waits for a code (`code_until`).
    The password was checked before this transaction, so the account is looked at again.
    Raises NotPermitted, the same for an unknown address, a wrong password and an
    account that is switched off; `note_failure` is the caller's to call then.
    """
    user = prove(uow, account, checked, by)
    if checked.new_hash is not None:
        user.password_hash = checked.new_hash
    factor = factors.second_factor(uow.session, user.id)
    if factor is not None and factor.confirmed_at is not None:
        return sessions.begin_waiting(uow, user, by), user
    return sessions.begin(uow, user, by), user


def prove(uow: UnitOfWork, account: Account, checked: Checked, by: Caller) -> User:
    """Return whose password was right, of somebody who shows anew who they are.

    Raises NotPermitted as `sign_in` does.
    """
    user = queries.get(uow.session, account.user_id) if account.user_id else None
    if user is None or not checked.is_right or not is_usable(user) or user.is_invited:
        raise NotPermitted("sign_in_wrong")
    if user.password_hash != account.password_hash:
        raise NotPermitted("sign_in_wrong")
    sign_in_queries.forgive(uow.session, by.account, account.caller(by))
    return user


def note_failure(uow: UnitOfWork, account: Account, by: Caller) -> None:
    """Keep a wrong try: for a while to slow down its caller, and on the record of acts."""
    sign_in_queries.forget_failures(uow.session, uow.now - uow.policies.sign_in.counted_for)
    uow.session.add(
        SignInFailure(
            at=uow.now,
            account=by.account,
            caller=account.caller(by),
            address=None if account.knows_device else by.address,
        )
    )
    _note(uow.acting_as(System.SIGN_IN), account.user_id, "sign_in_failed")


def _note(uow: UnitOfWork, user_id: UUID | None, action: str) -> None:
    audit(uow, action=action, subject="user", subject_id=user_id)
