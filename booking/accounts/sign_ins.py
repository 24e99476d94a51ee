"""Signing in and out: strangers slow down nobody but themselves, and a session ends here."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from booking.accounts import passwords, queries
from booking.accounts import sign_in_queries as store
from booking.accounts.models import SignInFailure, StaffSession, User
from booking.accounts.passwords import Checked
from booking.accounts.service import actor_of, is_usable, normal_email
from booking.accounts.sign_in_throttle import waits_until
from booking.audit.service import audit
from booking.clinic.actor import System
from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.errors import NotPermitted
from booking.kit.ids import new_id

LONGEST_BROWSER = 120
NOTED_EVERY = timedelta(minutes=1)
"""A page more within this time does not write again that the session is in use."""


@dataclass(frozen=True)
class Caller:
    """Who tries to sign in: keyed hashes of the address and of the account's name.

    `device` is the digest of a secret that a browser keeps, `browser` what it calls itself.
    """

    address: str
    account: str
    device: str
    browser: str


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


def device_digest(secret: str) -> str:
    """Return a device's secret as it is kept."""
    return sha256(secret.encode()).hexdigest()[:56]


def look_up(uow: UnitOfWork, email: str, by: Caller) -> Account:
    """Return the account of a mail address, or nobody's, and when its caller may try."""
    session, policy, now = uow.session, uow.policies.sign_in, uow.now
    user = queries.by_email(session, normal_email(email))
    seen_at = store.device_seen_at(session, user.id, by.device) if user else None
    knows_device = seen_at is not None and now - seen_at < policy.device_known_for
    found = Account(
        user_id=user.id if user else None,
        password_hash=user.password_hash if user else None,
        knows_device=knows_device,
        may_try_at=None,
    )
    since = now - policy.counted_for
    of_pair = store.failures_of_pair(session, by.account, found.caller(by), since)
    waits = [waits_until(of_pair, policy.free_tries, policy)]
    if not knows_device:
        of_address = store.failures_of_address(session, by.address, since)
        waits.append(waits_until(of_address, policy.free_tries_of_address, policy))
    at = max((one for one in waits if one is not None and one > now), default=None)
    return replace(found, may_try_at=at)


def sign_in(
    uow: UnitOfWork, account: Account, checked: Checked, by: Caller
) -> tuple[StaffSession, User]:
    """Begin a session for whoever gave the right password of an account; returns whose too.

    The password was checked before this transaction, so the account is looked at again.
    Raises NotPermitted, the same for an unknown address, a wrong password and an
    account that is switched off; `note_failure` is the caller's to call then.
    """
    session, now = uow.session, uow.now
    user = queries.get(session, account.user_id) if account.user_id else None
    if user is None or not checked.is_right or not is_usable(user):
        raise NotPermitted("sign_in_wrong")
    if user.password_hash != account.password_hash:
        raise NotPermitted("sign_in_wrong")
    if checked.new_hash is not None:
        user.password_hash = checked.new_hash
    user.last_sign_in_at = now
    store.forgive(session, by.account, account.caller(by))
    store.remember_device(session, user.id, by.device, now)
    begun = StaffSession(
        id=new_id(),
        user_id=user.id,
        password_mark=passwords.mark_of(user.password_hash),
        device=by.device,
        browser=by.browser[:LONGEST_BROWSER],
        started_at=now,
        seen_at=now,
    )
    session.add(begun)
    _note(uow.acting_as(actor_of(user)), user.id, "signed_in")
    return begun, user


def note_failure(uow: UnitOfWork, account: Account, by: Caller) -> None:
    """Keep a wrong try: for a while to slow down its caller, and on the record of acts."""
    store.forget_failures(uow.session, uow.now - uow.policies.sign_in.counted_for)
    uow.session.add(
        SignInFailure(
            at=uow.now,
            account=by.account,
            caller=account.caller(by),
            address=None if account.knows_device else by.address,
        )
    )
    _note(uow.acting_as(System.SIGN_IN), account.user_id, "sign_in_failed")


def still_signed_in(uow: UnitOfWork, session_id: UUID) -> tuple[StaffSession, User] | None:
    """Return an open session and whose it is.

    None where it lay idle, grew old, or the account changed since it began.
    """
    policy, now = uow.policies.sign_in, uow.now
    found = store.session_of(uow.session, session_id)
    if found is None:
        return None
    begun, user = found
    if now - begun.seen_at > policy.idle or now - begun.started_at > policy.at_most:
        return None
    if not is_usable(user) or passwords.mark_of(user.password_hash) != begun.password_mark:
        return None
    return found


def is_use_noted(begun: StaffSession, now: datetime) -> bool:
    """Whether a session was noted to be in use so lately that it need not be noted again."""
    return now - begun.seen_at <= NOTED_EVERY


def note_use(uow: UnitOfWork, session_id: UUID) -> None:
    """Note that a session is in use, so that it does not end for idleness."""
    store.mark_seen(uow.session, session_id, uow.now)


def sign_out(uow: UnitOfWork, session_id: UUID, user_id: UUID) -> None:
    """End a session: whoever has a copy of its cookie is signed out too."""
    store.end(uow.session, session_id, uow.now)
    _note(uow, user_id, "signed_out")


def _note(uow: UnitOfWork, user_id: UUID | None, action: str) -> None:
    audit(uow, action=action, subject="user", subject_id=user_id)
