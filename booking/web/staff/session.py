"""Signing in and out: the cookie names a session that the database keeps."""

import re
import secrets
from dataclasses import dataclass
from http import HTTPStatus
from math import ceil
from typing import cast
from uuid import UUID

from flask import (
    Blueprint,
    Flask,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy.exc import SQLAlchemyError

from booking.accounts import passwords, sign_ins
from booking.accounts.models import Role, StaffSession, User
from booking.accounts.service import actor_of, normal_email
from booking.accounts.sign_ins import Account, Caller
from booking.clinic.actor import StaffActor, System
from booking.clinic.policy import SignInPolicy
from booking.kit.errors import NotPermitted
from booking.web.current import now, read_only, runtime, unit_of_work
from booking.web.guard import public, staff
from booking.web.language import gettext, ngettext
from booking.web.limits import SIGN_IN_LIMIT, limited
from booking.web.problems import BY_STATUS
from booking.web.send_again import shown_again_by
from booking.web.sentences import sentence
from booking.web.strangers import keyed_hash
from booking.web.typed import read_id
from booking.web.unavailable import overlook
from booking.web.visitor import visitor

bp = Blueprint("staff_session", __name__, url_prefix="/staff")

DEVICE_COOKIE = "lupine-device"
_DEVICE_SECRET = re.compile(r"[\w-]{43}", re.ASCII)
_LOCAL_PATH = re.compile(r"/staff/[A-Za-z0-9/_-]*")


@dataclass(frozen=True)
class SignedIn(UserMixin):  # type: ignore[misc]
    """Who is signed in, for as long as one request takes."""

    session_id: UUID
    name: str
    role: Role
    actor: StaffActor

    def get_id(self) -> str:
        """Return what the cookie carries."""
        return str(self.session_id)


def current_staff() -> SignedIn:
    """Return who is signed in; only behind a `staff` rule."""
    return cast(SignedIn, current_user._get_current_object())


def current_actor() -> StaffActor:
    """Return who acts in this request, and how far they see; only behind a `staff` rule."""
    return current_staff().actor


def install_sign_in(app: Flask) -> None:
    """Let an app know who is signed in."""
    manager = LoginManager()
    manager.session_protection = None  # A phone changes its address between two pages.
    # No page asks for it, and looking somebody up must not keep an error's page from being made.
    manager.init_app(app, add_context_processor=False)
    manager.user_loader(_still_signed_in)


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """Show the form, or go on where somebody is signed in already."""
    if current_user.is_authenticated:
        return redirect(_onward(), 303)
    return render_template("staff/sign_in.html", email="", problem="", private=True)


@bp.post("/sign-in")
@public
@limited(SIGN_IN_LIMIT, by=lambda: _kept_secret() or visitor())
@shown_again_by(lambda why: _form(f"{why.message} {why.next_step}".strip()))
def check() -> ResponseReturnValue:
    """Sign in; wrong address and wrong password get the same answer."""
    secret = _device_secret()
    by = _caller(secret)
    with read_only(System.SIGN_IN) as uow:
        account = sign_ins.look_up(uow, _typed_email(), by)
    if account.may_try_at is not None:
        return _wait(max(1, ceil((account.may_try_at - now()).total_seconds())))
    try:
        signed_in = _sign_in(account, by)
    except NotPermitted as refused:
        with unit_of_work(System.SIGN_IN) as uow:
            sign_ins.note_failure(uow, account, by)
        return _form(sentence(refused)), HTTPStatus.UNAUTHORIZED
    except passwords.TooBusy:
        return _form(BY_STATUS[503].message), HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": "10"}
    # Nothing that was in the cookie before may live on in the new session.
    session.clear()
    session.permanent = True
    login_user(signed_in)
    return _with_device(redirect(_onward(), 303), secret)


@bp.post("/sign-out")
@staff()
def sign_out() -> ResponseReturnValue:
    """Sign out, on this device and wherever a copy of its cookie is."""
    with unit_of_work(current_actor()) as uow:
        sign_ins.sign_out(uow, current_staff().session_id, current_actor().user_id)
    logout_user()
    session.clear()
    return redirect(url_for("staff_session.sign_in"), 303)


def _sign_in(account: Account, by: Caller) -> SignedIn:
    """Check the password, in no transaction, and begin a session."""
    checked = passwords.check(
        account.password_hash,
        request.form.get("password", ""),
        is_known=account.knows_device,
    )
    with unit_of_work(System.SIGN_IN) as uow:
        return _signed_in(*sign_ins.sign_in(uow, account, checked, by))


def _form(problem: str) -> str:
    return render_template(
        "staff/sign_in.html",
        email=request.form.get("email", "")[:254],
        problem=problem,
        private=True,
    )


def _wait(seconds: int) -> ResponseReturnValue:
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
    return _form(said), HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(seconds)}


def _still_signed_in(cookie_id: str) -> SignedIn | None:
    """Return who a cookie names, unless that session ended or the account changed."""
    session_id = read_id(cookie_id)
    if session_id is None:
        return None
    with read_only(System.SIGN_IN) as uow:
        found = sign_ins.still_signed_in(uow, session_id)
        signed_in = _signed_in(*found) if found else None
        is_noted = found is not None and sign_ins.is_use_noted(found[0], uow.now)
    if signed_in is None:
        session.clear()
    elif not is_noted:
        _note_use(session_id)
    return signed_in


def _note_use(session_id: UUID) -> None:
    try:
        with unit_of_work(System.SIGN_IN) as uow:
            sign_ins.note_use(uow, session_id)
    except SQLAlchemyError as error:
        # Where nothing can be written, what can be read stays open.
        overlook(error)


def _signed_in(begun: StaffSession, user: User) -> SignedIn:
    return SignedIn(session_id=begun.id, name=user.name, role=user.role, actor=actor_of(user))


def _policy() -> SignInPolicy:
    return runtime().policies.sign_in


def _typed_email() -> str:
    return normal_email(request.form.get("email", ""))


def _caller(secret: str) -> Caller:
    return Caller(
        address=keyed_hash(f"address {visitor()}"),
        account=keyed_hash(f"account {_typed_email()}"),
        device=sign_ins.device_digest(secret),
        browser=request.user_agent.string,
    )


def _device_secret() -> str:
    return _kept_secret() or secrets.token_urlsafe(32)


def _kept_secret() -> str | None:
    """Return the secret this browser keeps, if there is one."""
    kept = request.cookies.get(_device_cookie(), "")
    return kept if _DEVICE_SECRET.fullmatch(kept) else None


def _device_cookie() -> str:
    return f"__Host-{DEVICE_COOKIE}" if runtime().settings.serves_https else DEVICE_COOKIE


def _with_device(answer: ResponseReturnValue, secret: str) -> Response:
    """Have the browser keep its secret, so that strangers' tries never slow it down."""
    response = make_response(answer)
    response.set_cookie(
        _device_cookie(),
        secret,
        max_age=_policy().device_known_for,
        secure=runtime().settings.serves_https,
        httponly=True,
        samesite="Lax",
    )
    return response


def _onward() -> str:
    """Return where to go after signing in: only a page of the staff's own."""
    wanted = request.values.get("next", "")
    if _LOCAL_PATH.fullmatch(wanted) and "//" not in wanted:
        return wanted
    return url_for("staff_calendar.show")
