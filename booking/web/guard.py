"""Who may call a route: every view says so, and one guard holds it to that.

    @bp.get("/a/<token>")
    @by_link(Scope.MANAGE)
    def show(token: str) -> ...

A view without a rule stops the application from being made, and is refused if it comes later.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest
from typing import TypeVar, cast
from uuid import UUID

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf import CSRFProtect
from sqlalchemy.exc import SQLAlchemyError

from booking.accounts.models import Role
from booking.checkins import check_in_links
from booking.clinic.actor import System
from booking.kit.errors import NotPermitted
from booking.kit.links import Scope, without_surroundings
from booking.scheduling import appointment_links as links
from booking.web.current import now, read_only, runtime
from booking.web.visitor import FORWARDING, proxy_fault

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

SIGN_IN = "staff_session.sign_in"
LOOPBACK = frozenset({"127.0.0.1", "::1"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SEES_PATIENTS = frozenset({Role.THERAPIST, Role.COORDINATOR, Role.ADMINISTRATOR})
WHOEVER_SIGNS_IN = (*sorted(SEES_PATIENTS), Role.AUDITOR)
"""The roles of an account of one's own: for what somebody does with that account alone."""

csrf = CSRFProtect()


@dataclass(frozen=True)
class Public:
    """Anybody may call it."""


@dataclass(frozen=True)
class ByLink:
    """Whoever holds a signed link of this scope; its token is the path's `token`."""

    scope: Scope


@dataclass(frozen=True)
class Staff:
    """Somebody signed in with one of these roles.

    `fresh` asks for a proof of who they are anew, unless they gave one some minutes ago
    (booking/web/staff/proof.py): for acts that open the clinic to others or cannot be undone.
    """

    roles: frozenset[Role]
    fresh: bool = False


@dataclass(frozen=True)
class CarrierSigned:
    """The carrier, when its signature is right; such calls carry no form token."""

    is_signed: Callable[[], bool]


@dataclass(frozen=True)
class Monitoring:
    """Whoever bears METRICS_TOKEN; where none is set, only who calls from this machine itself."""


Rule = Public | ByLink | Staff | CarrierSigned | Monitoring


class UnguardedRoute(Exception):
    """A route does not say who may call it."""


def public(view: View) -> View:
    """Let anybody call a view."""
    return _with_rule(view, Public())


def by_link(scope: Scope) -> Callable[[View], View]:
    """Let the holder of a signed link call a view; `subject()` is then the id it names."""
    return lambda view: _with_rule(view, ByLink(scope))


def staff(*roles: Role, fresh: bool = False) -> Callable[[View], View]:
    """Let staff with one of these roles call a view; with none named, all who see patients.

    `fresh` asks them to show anew who they are, unless they did some minutes ago.
    """
    return lambda view: _with_rule(view, Staff(frozenset(roles) or SEES_PATIENTS, fresh))


def carrier_signed(is_signed: Callable[[], bool]) -> Callable[[View], View]:
    """Let the carrier call a view; `is_signed` checks the current request's signature."""
    return lambda view: _with_rule(view, CarrierSigned(is_signed))


def monitoring(view: View) -> View:
    """Let the clinic's own monitoring call a view."""
    return _with_rule(view, Monitoring())


def subject() -> UUID:
    """Return the id that the current request's link names."""
    return cast(UUID, g.link_subject)


def link_mark() -> int:
    """Return which of several links to its subject the current request came by."""
    return cast(int, g.link_mark)


def rule_of(app: Flask, endpoint: str | None) -> Rule | None:
    """Return the rule of an endpoint, or None where it states none."""
    view = app.view_functions.get(endpoint or "")
    return cast(Rule | None, getattr(view, "access_rule", None))


def rule_of_request() -> Rule | None:
    """Return the rule of the endpoint that the current request reached."""
    return rule_of(current_app, request.endpoint)


def install_guard(app: Flask) -> None:
    """Ask every request for what its route demands; the form token too, unless carrier-signed."""
    csrf.init_app(app)

    @app.before_request
    def _guard() -> ResponseReturnValue | None:
        if request.endpoint is None:
            return None
        rule = rule_of_request()
        if rule is None:
            raise UnguardedRoute(request.endpoint)
        refusal = _admit(rule)
        is_checked = g.get("csrf_valid", False)  # with a proof, and the session is another now
        if refusal is None and not isinstance(rule, CarrierSigned) and not is_checked:
            csrf.protect()
        return refusal


def require_rules(app: Flask) -> None:
    """Raise UnguardedRoute, naming them, where routes of an app state no rule."""
    missing = sorted(
        {
            route.endpoint
            for route in app.url_map.iter_rules()
            if rule_of(app, route.endpoint) is None
        }
    )
    if missing:
        raise UnguardedRoute(", ".join(missing))


def _admit(rule: Rule) -> ResponseReturnValue | None:
    match rule:
        case Public():
            return None
        case ByLink(scope):
            return _admit_by_link(scope)
        case Staff(roles):
            return _admit_staff(roles)
        case CarrierSigned(is_signed):
            if not is_signed():
                abort(403)
            return None
        case Monitoring():
            if not _is_monitor():
                abort(403)
            return None


def _admit_by_link(scope: Scope) -> ResponseReturnValue | None:
    arguments = request.view_args or {}
    token = str(arguments["token"])
    bare = without_surroundings(token)
    if bare != token and request.method in SAFE_METHODS:
        # A phone or a mail program took the full stop behind the link along.
        return redirect(url_for(request.endpoint or "", **{**arguments, "token": bare}), 302)
    opened = runtime().links.read(token, scope, now=now())
    check = _CLOSABLE.get(scope)
    if check:
        with read_only(System.BOOKING_PAGE) as uow:
            check(uow, opened.subject, opened.mark)
    g.link_subject, g.link_mark = opened.subject, opened.mark
    return None


_CLOSABLE = {Scope.MANAGE: links.check_open, Scope.CHECK_IN: check_in_links.check_open_to_check_in}


def _admit_staff(roles: frozenset[Role]) -> ResponseReturnValue | None:
    if not current_user.is_authenticated:
        if request.method not in SAFE_METHODS:
            abort(401)
        return redirect(url_for(SIGN_IN, next=request.path), 303)
    if current_user.role not in roles:
        raise NotPermitted
    return None


def may_see_details() -> bool:
    """Whether the caller may know what is wrong: this machine, a monitor, or signed-in staff."""
    try:
        return _is_this_machine() or _is_monitor() or current_user.is_authenticated
    except SQLAlchemyError:
        return False


def _is_monitor() -> bool:
    token = runtime().settings.metrics_token
    if token is None:
        return _is_this_machine()
    wanted = f"Bearer {token.get_secret_value()}"
    return compare_digest(request.headers.get("Authorization", "").encode(), wanted.encode())


def _is_this_machine() -> bool:
    # What a proxy passes on comes from elsewhere, whatever address the proxy itself has; and
    # behind one that does not say so, every caller would seem to be this machine.
    is_passed_on = not FORWARDING.isdisjoint(request.environ)
    return request.remote_addr in LOOPBACK and not is_passed_on and proxy_fault() is None


def _with_rule(view: View, rule: Rule) -> View:
    view.access_rule = rule  # type: ignore[attr-defined]
    return view
