"""Signing in and out, and how long a quiet session lasts."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import cast
from uuid import UUID

from flask import Blueprint, Flask, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from booking.domain.errors import NotPermitted
from booking.models.user import Role, User
from booking.services import staff as accounts
from booking.services.audit import audit
from booking.web.access import public, staff
from booking.web.current import now, runtime
from booking.web.limits import SIGN_IN_LIMIT, limited
from booking.web.send_again import shown_again_by

bp = Blueprint("staff_session", __name__, url_prefix="/staff")

IDLE = timedelta(minutes=30)
AT_MOST = timedelta(hours=12)
NOTED_EVERY = timedelta(minutes=1)
"""A page more within this time does not write the cookie again."""

LAST_SEEN = "seen"
SINCE = "since"
_LOCAL_PATH = re.compile(r"/staff/[A-Za-z0-9/_-]*")


@dataclass(frozen=True)
class SignedIn(UserMixin):  # type: ignore[misc]
    """Who is signed in, for as long as one request takes."""

    user_id: UUID
    name: str
    role: Role
    therapist_id: int | None
    key: str

    @property
    def actor(self) -> str:
        """Return how the record of acts names this person."""
        return f"user:{self.user_id}"

    def get_id(self) -> str:
        """Return what the cookie carries: a new password ends the sessions of the old one."""
        return f"{self.user_id}.{self.key}"


def me() -> SignedIn:
    """Return who is signed in; only behind a `staff` rule."""
    return cast(SignedIn, current_user._get_current_object())


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
@limited(SIGN_IN_LIMIT, counts=lambda response: response.status_code == 401)
@limited(
    SIGN_IN_LIMIT,
    by=lambda: f"account:{sha256(_typed_email().encode()).hexdigest()}",
    counts=lambda response: response.status_code == 401,
)
@shown_again_by(lambda why: _form(f"{why.message} {why.next_step}".strip()))
def check() -> ResponseReturnValue:
    """Sign in; wrong address and wrong password get the same answer."""
    try:
        with runtime().database.transaction() as db:
            user = accounts.sign_in(
                db, request.form.get("email", ""), request.form.get("password", ""), now=now()
            )
            signed_in = _signed_in(user)
            audit(
                db,
                actor=signed_in.actor,
                action="signed_in",
                subject="user",
                subject_id=user.id,
                now=now(),
            )
    except NotPermitted as refused:
        return _form(refused.message), 401
    # Nothing that was in the cookie before may live on in the new session.
    session.clear()
    session.permanent = True
    session[SINCE] = session[LAST_SEEN] = now().timestamp()
    login_user(signed_in)
    return redirect(_onward(), 303)


@bp.post("/sign-out")
@staff()
def sign_out() -> ResponseReturnValue:
    """Sign out."""
    logout_user()
    session.clear()
    return redirect(url_for("staff_session.sign_in"), 303)


def _form(problem: str) -> str:
    return render_template(
        "staff/sign_in.html",
        email=request.form.get("email", "")[:254],
        problem=problem,
        private=True,
    )


def _still_signed_in(cookie_id: str) -> SignedIn | None:
    """Return who a cookie names, unless it lay idle, grew old, or the account changed."""
    at = now()
    if at - _noted(LAST_SEEN) > IDLE or at - _noted(SINCE) > AT_MOST:
        session.clear()
        return None
    user_id, _, key = cookie_id.partition(".")
    try:
        wanted = UUID(user_id)
    except ValueError:
        return None
    with runtime().database.reading() as db:
        user = accounts.user_by_id(db, wanted)
        found = _signed_in(user) if user is not None else None
    if found is None or found.key != key:
        return None
    if at - _noted(LAST_SEEN) > NOTED_EVERY:
        session[LAST_SEEN] = at.timestamp()
    return found


def _noted(name: str) -> datetime:
    return datetime.fromtimestamp(float(session.get(name, 0)), UTC)


def _signed_in(user: User) -> SignedIn:
    return SignedIn(
        user_id=user.id,
        name=user.name,
        role=user.role,
        therapist_id=user.therapist_id,
        key=sha256(user.password_hash.encode()).hexdigest()[:16],
    )


def _typed_email() -> str:
    return request.form.get("email", "").strip().casefold()


def _onward() -> str:
    """Return where to go after signing in: only a page of the staff's own."""
    wanted = request.values.get("next", "")
    if _LOCAL_PATH.fullmatch(wanted) and "//" not in wanted:
        return wanted
    return url_for("staff_calendar.show")
