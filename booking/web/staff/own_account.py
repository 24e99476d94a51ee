"""One's own account: the password, and where one is signed in."""

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from booking.accounts import (
    device_pins,
    own_account,
    passkeys,
    passwords,
    second_factor,
    sessions,
)
from booking.kit.errors import InvalidInput
from booking.web.current import read_only, unit_of_work
from booking.web.guard import WHOEVER_SIGNS_IN, staff
from booking.web.language import gettext
from booking.web.limits import SIGN_IN_LIMIT, limited
from booking.web.problems import status_of
from booking.web.sentences import field_sentences
from booking.web.staff import ways_in
from booking.web.staff.devices import kept_device
from booking.web.staff.layout import render_staff
from booking.web.staff.passkey_site import site
from booking.web.staff.session import current_actor, current_staff
from booking.web.staff.ways_in import Refused

bp = Blueprint("staff_own", __name__, url_prefix="/staff/account")


@bp.get("")
@staff(*WHOEVER_SIGNS_IN)
def show() -> ResponseReturnValue:
    """Show one's own account."""
    return page({})


@bp.post("/password")
@staff(*WHOEVER_SIGNS_IN)
@limited(SIGN_IN_LIMIT, by=lambda: str(current_actor().user_id))
def change_password() -> ResponseReturnValue:
    """Change one's own password; the one of before is asked for."""
    chosen = request.form.get("new_password", "")
    me = current_staff()
    try:
        with read_only(current_actor()) as uow:
            own_account.check_new_password(uow, chosen)
        ways_in.check_own_password(request.form.get("password", ""), me.email)
    except InvalidInput as wrong:
        return page(field_sentences(wrong)), status_of(wrong)
    except Refused as refused:
        errors = {"password": refused.message}
        status = HTTPStatus.UNPROCESSABLE_ENTITY if refused.retry_after is None else refused.status
        return page(errors), status, refused.headers
    password_hash = passwords.hashed(chosen)
    with unit_of_work(current_actor()) as uow:
        own_account.change_password(uow, me.session_id, password_hash)
    flash(gettext("Your password is changed. Everywhere else you are signed out."))
    return redirect(url_for(".show"), 303)


@bp.post("/sessions/<uuid:session_id>/end")
@staff(*WHOEVER_SIGNS_IN)
def end_session(session_id: UUID) -> ResponseReturnValue:
    """Sign oneself out on one device."""
    with unit_of_work(current_actor()) as uow:
        sessions.end_one(uow, current_actor().user_id, session_id)
    flash(gettext("Signed out on that device."))
    return redirect(url_for(".show", _anchor="devices"), 303)


@bp.post("/sessions/end-others")
@staff(*WHOEVER_SIGNS_IN)
def end_others() -> ResponseReturnValue:
    """Sign oneself out everywhere else."""
    with unit_of_work(current_actor()) as uow:
        sessions.end_others(uow, current_actor().user_id, current_staff().session_id)
    flash(gettext("Signed out everywhere else."))
    return redirect(url_for(".show", _anchor="devices"), 303)


def page(errors: dict[str, str]) -> str:
    """Return the page of one's own account, with what is wrong in its forms."""
    device = kept_device()
    with read_only(current_actor()) as uow:
        factor, codes_left = second_factor.status(uow)
        return render_staff(
            uow,
            "staff/own_account.html",
            errors=errors,
            has_codes=factor is not None and factor.confirmed_at is not None,
            codes_left=codes_left,
            passkeys=passkeys.mine_all(uow),
            has_passkeys=site() is not None,
            has_pin=device is not None and device_pins.has_pin(uow, device),
            pin_days=uow.policies.sign_in.pin_for.days,
            sessions=sessions.open_sessions(uow, current_actor().user_id),
            own_session=current_staff().session_id,
            zone=uow.clinic.zone,
        )
