"""The ways into an account: a password and a code, a passkey, or a PIN on a known device.

A form of the sign-in page has them as they are; one that stands in the middle of something else
(booking/web/staff/proof.py) has them with `proof_` before their names.
"""

from dataclasses import dataclass
from http import HTTPStatus
from math import ceil
from uuid import UUID

from flask import request, session
from flask_login import login_user

from booking.accounts import device_pins, passkeys, passwords, second_factor, sign_ins
from booking.accounts.caller import Caller
from booking.accounts.models import StaffSession, User
from booking.accounts.passwords import Checked, TooBusy
from booking.accounts.sign_ins import Account
from booking.clinic.actor import System
from booking.kit.errors import DomainError, LimitReached, NotPermitted
from booking.web.current import now, read_only, unit_of_work
from booking.web.language import gettext, ngettext
from booking.web.problems import BY_STATUS
from booking.web.sentences import sentence
from booking.web.staff.devices import caller_with, have_it_kept
from booking.web.staff.passkey_site import answer_to_challenge, site
from booking.web.staff.session import SignedIn, signed_in_as
from booking.web.typed import read_id

WAITING = "code_for"
"""Where the cookie names what a right password began and a code has yet to complete."""
LONGEST_PASSWORD = 200


@dataclass(frozen=True)
class Shown:
    """What somebody typed, or had their device say, to show who they are."""

    email: str
    password: str
    code: str
    pin: str
    account: UUID | None
    passkey: str

    @property
    def is_nothing(self) -> bool:
        """Whether nothing was shown at all."""
        return not (self.email or self.password or self.code or self.pin or self.passkey)


@dataclass(frozen=True)
class Refused(Exception):
    """Why somebody could not get in, as a sentence; and after how long to try again."""

    message: str
    status: HTTPStatus = HTTPStatus.UNAUTHORIZED
    retry_after: int | None = None

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers of an answer that says so."""
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}


class CodeNeeded(Exception):
    """The password is right, and the account asks for a code as well."""


def shown(prefix: str = "") -> Shown:
    """Return what the current request's form shows of who sent it."""

    def typed(name: str, longest: int) -> str:
        return request.form.get(prefix + name, "")[:longest]

    return Shown(
        email=typed("email", 254),
        password=request.form.get(prefix + "password", ""),
        code=typed("code", 60),
        pin=typed("pin", 40),
        account=read_id(typed("account", 36)),
        passkey=typed("passkey", passkeys.LONGEST_ANSWER),
    )


def sign_in(by: Shown) -> SignedIn:
    """Sign somebody in; raises CodeNeeded where a code is still to be given, or Refused."""
    if by.passkey:
        return _enter(*_by_passkey(by))
    if by.code and is_waiting():
        return _enter(*_by_code(by))
    if by.pin and by.account:
        return _enter(*_by_pin(by, by.account))
    return _by_password(by)


def prove_anew(by: Shown, who: SignedIn) -> None:
    """Take what somebody signed in shows anew of who they are; raises CodeNeeded or Refused."""
    if by.passkey:
        _prove_by_passkey(by, who)
        return
    user_id = who.actor.user_id
    if by.code and session.get(WAITING) == str(who.session_id):
        _prove_code(user_id, by.code)
        session.pop(WAITING)
        return
    check_own_password(by.password, who.email)
    with read_only(System.SIGN_IN) as uow:
        asks_code = second_factor.has_codes(uow, user_id)
    if asks_code:
        session[WAITING] = str(who.session_id)
        if not by.code:
            raise CodeNeeded
        _prove_code(user_id, by.code)
        session.pop(WAITING)


def check_own_password(password: str, email: str) -> None:
    """Raise Refused unless a password is that of an account."""
    account, checked, caller, _ = _look_at(password, email)
    try:
        with unit_of_work(System.SIGN_IN) as uow:
            sign_ins.prove(uow, account, checked, caller)
    except NotPermitted:
        _note_password(account, caller)
        raise Refused(gettext("The password is not right.")) from None


def is_waiting() -> bool:
    """Whether this browser gave a right password and has yet to give a code."""
    return bool(session.get(WAITING))


def _by_password(by: Shown) -> SignedIn:
    account, checked, caller, secret = _look_at(by.password, by.email)
    try:
        with unit_of_work(System.SIGN_IN) as uow:
            begun, user = sign_ins.sign_in(uow, account, checked, caller)
    except NotPermitted as refused:
        _note_password(account, caller)
        raise Refused(sentence(refused)) from None
    if begun.code_until is None:
        return _enter(begun, user, secret)
    session.clear()
    session.permanent = True
    session[WAITING] = str(begun.id)
    have_it_kept(secret)
    if not by.code:
        raise CodeNeeded
    return _enter(*_by_code(by))


def _look_at(password: str, email: str) -> tuple[Account, Checked, Caller, str]:
    """Check a password in no transaction; raises Refused where its caller has to wait."""
    caller, secret = caller_with(email)
    with read_only(System.SIGN_IN) as uow:
        account = sign_ins.look_up(uow, email, caller)
    if account.may_try_at is not None:
        raise _wait(max(1, ceil((account.may_try_at - now()).total_seconds())))
    try:
        checked = passwords.check(account.password_hash, password, is_known=account.knows_device)
    except TooBusy:
        raise _busy() from None
    return account, checked, caller, secret


def _by_code(by: Shown) -> tuple[StaffSession, User, str]:
    waiting_id = read_id(str(session.get(WAITING, "")))
    caller, secret = caller_with("")
    if waiting_id is None:
        raise Refused(sentence(NotPermitted("code_too_late")))
    try:
        with unit_of_work(System.SIGN_IN) as uow:
            return *second_factor.sign_in(uow, waiting_id, by.code, caller), secret
    except NotPermitted as refused:
        if refused.why == "code_too_late":
            session.pop(WAITING)
        else:
            _note_code(waiting_id)
        raise Refused(sentence(refused)) from None
    except LimitReached as refused:
        raise Refused(sentence(refused), HTTPStatus.TOO_MANY_REQUESTS) from None


def _prove_code(user_id: UUID, code: str) -> None:
    try:
        with unit_of_work(System.SIGN_IN) as uow:
            second_factor.prove(uow, user_id, code)
    except NotPermitted as refused:
        with unit_of_work(System.SIGN_IN) as uow:
            second_factor.note_failure(uow, user_id)
        raise Refused(sentence(refused)) from None
    except LimitReached as refused:
        raise Refused(sentence(refused), HTTPStatus.TOO_MANY_REQUESTS) from None


def _by_pin(by: Shown, user_id: UUID) -> tuple[StaffSession, User, str]:
    caller, secret = caller_with("")
    try:
        with unit_of_work(System.SIGN_IN) as uow:
            tried = device_pins.take_try(uow, user_id, caller.device)
    except NotPermitted as refused:
        raise Refused(sentence(refused)) from None
    try:
        checked = passwords.check(tried.pin_hash, by.pin, is_known=True)
        with unit_of_work(System.SIGN_IN) as uow:
            return *device_pins.sign_in(uow, tried, checked, caller), secret
    except NotPermitted as refused:
        with unit_of_work(System.SIGN_IN) as uow:
            has_tries = device_pins.note_failure(uow, user_id, caller.device)
        why: DomainError = refused if has_tries else NotPermitted("pin_not_here")
        raise Refused(sentence(why)) from None
    except TooBusy:
        raise _busy() from None


def _by_passkey(by: Shown) -> tuple[StaffSession, User, str]:
    ours = site()
    caller, secret = caller_with("")
    answer = answer_to_challenge(by.passkey)
    try:
        if ours is None:
            raise NotPermitted("passkey_unknown")
        with unit_of_work(System.SIGN_IN) as uow:
            return *passkeys.sign_in(uow, ours, answer, caller), secret
    except NotPermitted as refused:
        raise Refused(sentence(refused)) from None


def _prove_by_passkey(by: Shown, who: SignedIn) -> None:
    ours = site()
    answer = answer_to_challenge(by.passkey)
    try:
        if ours is None:
            raise NotPermitted("passkey_unknown")
        with unit_of_work(System.SIGN_IN) as uow:
            user = passkeys.prove(uow, ours, answer)
            if user.id != who.actor.user_id:
                raise NotPermitted("passkey_unknown")
    except NotPermitted as refused:
        raise Refused(sentence(refused)) from None


def _enter(begun: StaffSession, user: User, secret: str) -> SignedIn:
    """Have the browser carry the new session, and nothing of what it carried before."""
    signed_in = signed_in_as(begun, user)
    session.clear()
    session.permanent = True
    login_user(signed_in)
    have_it_kept(secret)
    return signed_in


def _note_password(account: Account, caller: Caller) -> None:
    with unit_of_work(System.SIGN_IN) as uow:
        sign_ins.note_failure(uow, account, caller)


def _note_code(waiting_id: UUID) -> None:
    with unit_of_work(System.SIGN_IN) as uow:
        second_factor.note_failure_of(uow, waiting_id)


def _busy() -> Refused:
    return Refused(BY_STATUS[503].message, HTTPStatus.SERVICE_UNAVAILABLE, 10)


def _wait(seconds: int) -> Refused:
    minutes = ceil(seconds / 60)
    length = (
        ngettext("%(num)s second", "%(num)s seconds", seconds)
        if seconds <= 90
        else ngettext("%(num)s minute", "%(num)s minutes", minutes)
    )
    said = gettext(
        "There were several wrong passwords from here. Please try again in %(length)s.",
        length=length,
    )
    return Refused(said, HTTPStatus.TOO_MANY_REQUESTS, seconds)
