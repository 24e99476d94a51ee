"""What opens one's own account beside the password: codes of an app, passkeys, a PIN here."""

from typing import Final
from uuid import UUID

import segno
from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from booking.accounts import device_pins, passkeys, passwords, second_factor
from booking.kit.errors import InvalidInput, NotPermitted
from booking.web.current import clinic, read_only, unit_of_work
from booking.web.guard import WHOEVER_SIGNS_IN, staff
from booking.web.language import gettext
from booking.web.limits import SIGN_IN_LIMIT, limited
from booking.web.problems import status_of
from booking.web.sentences import field_sentences, sentence
from booking.web.staff.devices import kept_device
from booking.web.staff.layout import render_staff
from booking.web.staff.own_account import page as own_page
from booking.web.staff.passkey_site import answer_to_challenge, give_challenge, site
from booking.web.staff.session import current_actor, current_staff

bp = Blueprint("staff_factors", __name__, url_prefix="/staff/account")

PICTURE_SCALE: Final = 4
QUIET_ZONE: Final = 4


@bp.get("/codes")
@staff(*WHOEVER_SIGNS_IN, fresh=True)
def codes() -> ResponseReturnValue:
    """Show how an authenticator app is set up."""
    return _codes_page("")


@bp.post("/codes")
@staff(*WHOEVER_SIGNS_IN, fresh=True)
@limited(SIGN_IN_LIMIT, by=lambda: str(current_actor().user_id))
def confirm_codes() -> ResponseReturnValue:
    """Put the app in force with its first code, and show the recovery codes, once."""
    try:
        with unit_of_work(current_actor()) as uow:
            made = second_factor.confirm(uow, request.form.get("code", "")[:40])
    except InvalidInput as wrong:
        return _codes_page(sentence(wrong)), status_of(wrong)
    return _recovery_page(made)


@bp.post("/codes/recovery")
@staff(*WHOEVER_SIGNS_IN, fresh=True)
def renew_recovery_codes() -> ResponseReturnValue:
    """Make new recovery codes and show them, once."""
    with unit_of_work(current_actor()) as uow:
        made = second_factor.renew_recovery_codes(uow)
    return _recovery_page(made)


@bp.post("/codes/remove")
@staff(*WHOEVER_SIGNS_IN, fresh=True)
def remove_codes() -> ResponseReturnValue:
    """Ask for no more codes."""
    with unit_of_work(current_actor()) as uow:
        second_factor.remove(uow)
    flash(gettext("No code is asked for any more."))
    return redirect(url_for("staff_own.show"), 303)


@bp.get("/passkeys/options")
@staff(*WHOEVER_SIGNS_IN)
def passkey_options() -> ResponseReturnValue:
    """Return what a browser needs to make a passkey, with a new challenge."""
    ours = site()
    if ours is None:
        raise NotPermitted
    with read_only(current_actor()) as uow:
        options = passkeys.registration_options(uow, ours, give_challenge())
    return options, 200, {"Content-Type": "application/json"}


@bp.get("/passkeys")
@staff(*WHOEVER_SIGNS_IN, fresh=True)
def new_passkey() -> ResponseReturnValue:
    """Ask for the name of a new passkey."""
    return _passkey_page("")


@bp.post("/passkeys")
@staff(*WHOEVER_SIGNS_IN, fresh=True)
@limited(SIGN_IN_LIMIT, by=lambda: str(current_actor().user_id))
def add_passkey() -> ResponseReturnValue:
    """Add the passkey that the browser has made."""
    ours = site()
    answer = answer_to_challenge(request.form.get("passkey", ""))
    name = request.form.get("name", "").strip() or gettext("Passkey")
    try:
        if ours is None:
            raise InvalidInput("passkey_refused")
        with unit_of_work(current_actor()) as uow:
            passkeys.add(uow, ours, answer, name)
    except InvalidInput as wrong:
        return _passkey_page(sentence(wrong)), status_of(wrong)
    except NotPermitted as refused:
        return _passkey_page(sentence(refused)), status_of(refused)
    flash(gettext("The passkey is added: from now on it opens your account."))
    return redirect(url_for("staff_own.show"), 303)


@bp.post("/passkeys/<uuid:passkey_id>/remove")
@staff(*WHOEVER_SIGNS_IN, fresh=True)
def remove_passkey(passkey_id: UUID) -> ResponseReturnValue:
    """Remove one of one's own passkeys."""
    with unit_of_work(current_actor()) as uow:
        passkeys.remove(uow, passkey_id)
    flash(gettext("The passkey is removed: it opens your account no more."))
    return redirect(url_for("staff_own.show"), 303)


@bp.post("/pin")
@staff(*WHOEVER_SIGNS_IN, fresh=True)
@limited(SIGN_IN_LIMIT, by=lambda: str(current_actor().user_id))
def choose_pin() -> ResponseReturnValue:
    """Let a PIN open one's own account on this device."""
    pin = request.form.get("pin", "")[:40]
    try:
        device_pins.check_new(pin)
    except InvalidInput as wrong:
        return own_page(field_sentences(wrong)), status_of(wrong)
    device = kept_device()
    if device is None:
        raise NotPermitted
    pin_hash = passwords.hashed(pin)
    with unit_of_work(current_actor()) as uow:
        device_pins.choose(uow, device, pin_hash)
    flash(gettext("On this device your PIN opens your account again."))
    return redirect(url_for("staff_own.show"), 303)


@bp.post("/pin/remove")
@staff(*WHOEVER_SIGNS_IN)
def remove_pin() -> ResponseReturnValue:
    """Let no PIN open one's own account on this device."""
    device = kept_device()
    if device is not None:
        with unit_of_work(current_actor()) as uow:
            device_pins.remove(uow, device)
    flash(gettext("No PIN opens your account on this device."))
    return redirect(url_for("staff_own.show"), 303)


def _codes_page(problem: str) -> str:
    with unit_of_work(current_actor()) as uow:
        secret = second_factor.begin(uow).secret
    address = second_factor.address_of(secret, account=current_staff().email, clinic=clinic().name)
    with read_only(current_actor()) as uow:
        return render_staff(
            uow,
            "staff/codes.html",
            picture=_picture(address),
            secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
            problem=problem,
        )


def _recovery_page(made: list[str]) -> str:
    with read_only(current_actor()) as uow:
        return render_staff(uow, "staff/recovery_codes.html", codes=made)


def _passkey_page(problem: str) -> str:
    with read_only(current_actor()) as uow:
        return render_staff(uow, "staff/passkey.html", problem=problem)


def _picture(address: str) -> Markup:
    """Return the address as a QR code, drawn in the page: no other site is asked for it."""
    drawn = segno.make(address, micro=False).svg_inline(
        scale=PICTURE_SCALE, border=QUIET_ZONE, dark="#000", light="#fff", omitsize=True
    )
    return Markup(drawn)  # noqa: S704 - segno draws paths of its own, and escapes nothing of ours
