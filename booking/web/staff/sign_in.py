"""Signing in and out: with a password and a code, a passkey, or a PIN on a known device."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from flask import Blueprint, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, logout_user

from booking.accounts import device_pins, passkeys, sessions
from booking.accounts.device_pins import PinOwner
from booking.clinic.actor import System
from booking.web.current import read_only, unit_of_work
from booking.web.guard import WHOEVER_SIGNS_IN, public, staff
from booking.web.limits import SIGN_IN_LIMIT, limited
from booking.web.send_again import shown_again_by
from booking.web.staff import ways_in
from booking.web.staff.devices import device_or_visitor, kept_device
from booking.web.staff.passkey_site import give_challenge, site
from booking.web.staff.session import SignedIn, current_actor, current_staff, home
from booking.web.staff.ways_in import CodeNeeded, Refused

bp = Blueprint("staff_session", __name__, url_prefix="/staff")

_LOCAL_PATH: Final = re.compile(r"/staff/[A-Za-z0-9/_-]*(\?[A-Za-z0-9/_=&%.:+-]*)?", re.ASCII)


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """Show the form, or go on where somebody is signed in already."""
    if current_user.is_authenticated:
        return redirect(onward(current_staff()), 303)
    return _form("")


@bp.post("/sign-in")
@public
@limited(SIGN_IN_LIMIT, by=device_or_visitor)
@shown_again_by(lambda why: _form(f"{why.message} {why.next_step}".strip()))
def check() -> ResponseReturnValue:
    """Sign in; wrong address and wrong password get the same answer."""
    try:
        signed_in = ways_in.sign_in(ways_in.shown())
    except CodeNeeded:
        return redirect(url_for(".code", next=request.form.get("next", "")[:200] or None), 303)
    except Refused as refused:
        return _form(refused.message), refused.status, refused.headers
    return redirect(onward(signed_in), 303)


@bp.get("/sign-in/code")
@public
def code() -> ResponseReturnValue:
    """Ask whoever gave a right password for a code of their app."""
    if not ways_in.is_waiting():
        return redirect(url_for(".sign_in"), 303)
    return _code_form("")


@bp.post("/sign-in/code")
@public
@limited(SIGN_IN_LIMIT, by=device_or_visitor)
@shown_again_by(lambda why: _code_form(f"{why.message} {why.next_step}".strip()))
def check_code() -> ResponseReturnValue:
    """Sign in with the code."""
    by = ways_in.shown()
    if not ways_in.is_waiting():
        return redirect(url_for(".sign_in"), 303)
    if not by.code.strip():
        return _code_form(""), HTTPStatus.UNAUTHORIZED
    try:
        signed_in = ways_in.sign_in(by)
    except Refused as refused:
        still_waits = ways_in.is_waiting()
        page = _code_form(refused.message) if still_waits else _form(refused.message)
        return page, refused.status, refused.headers
    return redirect(onward(signed_in), 303)


@bp.get("/passkey")
@public
def passkey() -> ResponseReturnValue:
    """Return what a browser needs to show a passkey, with a new challenge."""
    ours = site()
    if ours is None:
        return jsonify({}), HTTPStatus.NOT_FOUND
    options = passkeys.sign_in_options(ours, give_challenge())
    return options, HTTPStatus.OK, {"Content-Type": "application/json"}


@bp.post("/sign-out")
@staff(*WHOEVER_SIGNS_IN)
def sign_out() -> ResponseReturnValue:
    """Sign out, on this device and wherever a copy of its cookie is."""
    with unit_of_work(current_actor()) as uow:
        sessions.sign_out(uow, current_staff().session_id, current_actor().user_id)
    logout_user()
    session.clear()
    return redirect(url_for("staff_session.sign_in"), 303)


def pin_owners() -> Sequence[PinOwner]:
    """Return whose accounts a PIN opens on this device."""
    device = kept_device()
    if device is None:
        return []
    with read_only(System.SIGN_IN) as uow:
        return device_pins.owners(uow, device)


def onward(signed_in: SignedIn) -> str:
    """Return where to go after signing in: only a page of the staff's own."""
    wanted = request.values.get("next", "")
    return wanted if is_local(wanted) else home(signed_in.role)


def is_local(path: str) -> bool:
    """Whether a path leads to a page of the staff's own."""
    return _LOCAL_PATH.fullmatch(path) is not None and "//" not in path


def _form(problem: str) -> str:
    by = ways_in.shown()
    return render_template(
        "staff/sign_in.html",
        email=by.email,
        problem=problem,
        tried_pin=by.account if by.pin else None,
        owners=pin_owners(),
        has_passkeys=site() is not None,
        private=True,
    )


def _code_form(problem: str) -> str:
    return render_template("staff/sign_in_code.html", problem=problem, private=True)
