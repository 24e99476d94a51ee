"""Who acts shows who they are, in the middle of what they do, and nothing they typed is lost.

A form that comes when its session has ended, or that does something dangerous some minutes after
the last proof, is held: a page asks for the proof with everything the form carried in it, and
with the proof the form does what it was sent for. Which acts are dangerous, their rule says:

    @bp.post("/staff/clinic/accounts/<uuid:user_id>/off")
    @staff(Role.ADMINISTRATOR, fresh=True)
"""

from collections.abc import Callable

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError

from booking.accounts import sessions
from booking.web.current import unit_of_work
from booking.web.guard import SAFE_METHODS, WHOEVER_SIGNS_IN, Staff, csrf, rule_of_request, staff
from booking.web.limits import SIGN_IN_LIMIT, limited, may_try
from booking.web.problems import BY_STATUS
from booking.web.send_again import PROOF, Kept, kept_form
from booking.web.staff import ways_in
from booking.web.staff.devices import device_or_visitor
from booking.web.staff.passkey_site import site
from booking.web.staff.session import SignedIn, current_staff, is_fresh
from booking.web.staff.sign_in import is_local, onward, pin_owners
from booking.web.staff.ways_in import CodeNeeded, Refused

bp = Blueprint("staff_proof", __name__, url_prefix="/staff/proof")


def install_proof(app: Flask) -> None:
    """Hold every form and page that needs a proof of who sent it; before the guard looks at it."""

    @app.before_request
    def _ask() -> ResponseReturnValue | None:
        rule = rule_of_request()
        if not isinstance(rule, Staff):
            return None
        signs_in = not current_user.is_authenticated
        answer = _sign_in_again() if signs_in else None
        if answer is not None or not current_user.is_authenticated:
            return answer
        who = current_staff()
        if not rule.fresh or is_fresh(who) or who.role not in rule.roles:
            return None
        if signs_in:
            # With a PIN, which is no proof.
            return _page(kept_form(), ""), 401
        if request.method in SAFE_METHODS:
            return redirect(url_for("staff_proof.ask", next=request.full_path.rstrip("?")), 303)
        return _prove_anew(who)


@bp.get("")
@staff(*WHOEVER_SIGNS_IN)
def ask() -> ResponseReturnValue:
    """Ask for a proof before a page is shown."""
    return _page(None, "")


@bp.post("")
@staff(*WHOEVER_SIGNS_IN)
@limited(SIGN_IN_LIMIT, by=lambda: str(current_staff().actor.user_id))
def give() -> ResponseReturnValue:
    """Take the proof and go on to the page."""
    who = current_staff()
    return _refusal_of(lambda: _take(who), None) or redirect(onward(who), 303)


def _sign_in_again() -> ResponseReturnValue | None:
    """Sign in whoever sent a form after their session had ended, or ask them to."""
    kept = kept_form()
    # What another site had the browser send is not put into its hand once more.
    if kept is None or request.headers.get("Sec-Fetch-Site") == "cross-site":
        return None
    by = ways_in.shown(PROOF)
    if by.is_nothing or not _is_own_form():
        return _page(kept, ""), 401
    if not may_try(SIGN_IN_LIMIT, device_or_visitor()):
        return _page(kept, BY_STATUS[429].message), 429
    return _refusal_of(lambda: ways_in.sign_in(by), kept)


def _is_own_form() -> bool:
    """Whether a form came from a page of ours, where nobody is signed in whose page to show."""
    try:
        csrf.protect()
    except CSRFError:
        return False
    return True


def _prove_anew(who: SignedIn) -> ResponseReturnValue | None:
    kept = kept_form()
    if kept is None:
        # A password or a file cannot be kept: it is typed or chosen once more afterwards.
        return redirect(url_for("staff_proof.ask", next=request.path.rpartition("/")[0]), 303)
    csrf.protect()
    if ways_in.shown(PROOF).is_nothing:
        return _page(kept, ""), 401
    return _refusal_of(lambda: _take(who), kept)


def _refusal_of(act: Callable[[], object], kept: Kept | None) -> ResponseReturnValue | None:
    """Return the page that asks once more where a proof is refused or lacks its code."""
    try:
        act()
    except CodeNeeded:
        return _page(kept, "", asks_code=True), 401
    except Refused as refused:
        page = _page(kept, refused.message, asks_code=ways_in.is_waiting())
        return page, refused.status, refused.headers
    return None


def _take(who: SignedIn) -> None:
    ways_in.prove_anew(ways_in.shown(PROOF), who)
    with unit_of_work(who.actor) as uow:
        sessions.note_proof(uow, who.session_id)


def _page(kept: Kept | None, problem: str, *, asks_code: bool = False) -> str:
    who = current_staff() if current_user.is_authenticated else None
    by = ways_in.shown(PROOF)
    return render_template(
        "staff/proof.html",
        who=who,
        kept=kept,
        problem=problem,
        asks_code=asks_code,
        email=by.email,
        owners=[] if who else pin_owners(),
        has_passkeys=site() is not None,
        wanted=_wanted(),
        private=True,
    )


def _wanted() -> str:
    wanted = request.values.get("next", "")
    return wanted if is_local(wanted) else ""
