"""Who is signed in: the cookie names a session that the database keeps."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from flask import Flask, session, url_for
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy.exc import SQLAlchemyError

from booking.accounts import sessions
from booking.accounts.models import Role, StaffSession, User
from booking.accounts.service import actor_of
from booking.clinic.actor import StaffActor, System
from booking.web.current import now, read_only, runtime, unit_of_work
from booking.web.typed import read_id
from booking.web.unavailable import overlook


@dataclass(frozen=True)
class SignedIn(UserMixin):  # type: ignore[misc]
    """Who is signed in, for as long as one request takes."""

    session_id: UUID
    name: str
    email: str
    role: Role
    actor: StaffActor
    proven_at: datetime | None
    """When they last showed who they are; None where a PIN was enough."""

    def get_id(self) -> str:
        """Return what the cookie carries."""
        return str(self.session_id)


def current_staff() -> SignedIn:
    """Return who is signed in; only behind a `staff` rule."""
    return cast(SignedIn, current_user._get_current_object())


def current_actor() -> StaffActor:
    """Return who acts in this request, and how far they see; only behind a `staff` rule."""
    return current_staff().actor


def is_fresh(who: SignedIn) -> bool:
    """Whether somebody showed who they are so lately that a dangerous act may follow."""
    fresh_for = runtime().policies.sign_in.fresh_for
    return who.proven_at is not None and now() - who.proven_at < fresh_for


def home(role: Role) -> str:
    """Return the page on which a role begins the day."""
    if role is Role.AUDITOR:
        return url_for("staff_record.index")
    return url_for("staff_calendar.show")


def signed_in_as(begun: StaffSession, user: User) -> SignedIn:
    """Return who a session says is signed in."""
    return SignedIn(
        session_id=begun.id,
        name=user.name,
        email=user.email,
        role=user.role,
        actor=actor_of(user),
        proven_at=begun.proven_at,
    )


def install_sign_in(app: Flask) -> None:
    """Let an app know who is signed in."""
    manager = LoginManager()
    manager.session_protection = None  # A phone changes its address between two pages.
    # No page asks for it, and looking somebody up must not keep an error's page from being made.
    manager.init_app(app, add_context_processor=False)
    manager.user_loader(_still_signed_in)


def _still_signed_in(cookie_id: str) -> SignedIn | None:
    """Return who a cookie names, unless that session ended or the account changed."""
    session_id = read_id(cookie_id)
    if session_id is None:
        return None
    with read_only(System.SIGN_IN) as uow:
        found = sessions.still_signed_in(uow, session_id)
        signed_in = signed_in_as(*found) if found else None
        is_noted = found is not None and sessions.is_use_noted(found[0], uow.now)
    if signed_in is None:
        session.clear()
    elif not is_noted:
        _note_use(session_id)
    return signed_in


def _note_use(session_id: UUID) -> None:
    try:
        with unit_of_work(System.SIGN_IN) as uow:
            sessions.note_use(uow, session_id)
    except SQLAlchemyError as error:
        # Where nothing can be written, what can be read stays open.
        overlook(error)
