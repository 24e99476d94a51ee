"""Links with which somebody of the staff chooses a password: asked for, opened, used once."""

import structlog
from flask import (
    Blueprint,
    Response,
    after_this_request,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from booking.accounts import account_links, passwords
from booking.accounts.models import LinkPurpose
from booking.clinic.actor import System
from booking.kit.errors import InvalidInput
from booking.kit.links import Scope
from booking.web.current import read_only, runtime, unit_of_work
from booking.web.guard import by_link, public, subject
from booking.web.language import gettext
from booking.web.limits import LINK_LIMIT, SIGN_IN_LIMIT, limited
from booking.web.problems import status_of
from booking.web.send_again import shown_again_by
from booking.web.sentences import field_sentences

bp = Blueprint("staff_forgotten", __name__)

log = structlog.get_logger()


@bp.get("/staff/forgotten")
@public
def ask() -> ResponseReturnValue:
    """Ask for the mail address that a link for a new password goes to."""
    return _ask_page("")


@bp.post("/staff/forgotten")
@public
@limited(SIGN_IN_LIMIT)
@shown_again_by(lambda why: _ask_page(why.message))
def send() -> ResponseReturnValue:
    """Mail a link if there is such an account; the answer is the same in any case."""
    _mail_after_response(request.form.get("email", "")[:254])
    return render_template("staff/forgotten_sent.html", private=True)


@bp.get("/join/<token>")
@by_link(Scope.INVITATION)
@limited(LINK_LIMIT)
def join(token: str) -> ResponseReturnValue:
    """Show an invitation, with a form for the password."""
    return _choose_page(token, LinkPurpose.INVITATION, {})


@bp.post("/join/<token>")
@by_link(Scope.INVITATION)
@limited(LINK_LIMIT)
def take_invitation(token: str) -> ResponseReturnValue:
    """Take an invitation."""
    return _choose(token, LinkPurpose.INVITATION)


@bp.get("/new-password/<token>")
@by_link(Scope.NEW_PASSWORD)
@limited(LINK_LIMIT)
def new_password(token: str) -> ResponseReturnValue:
    """Show a form for a new password."""
    return _choose_page(token, LinkPurpose.NEW_PASSWORD, {})


@bp.post("/new-password/<token>")
@by_link(Scope.NEW_PASSWORD)
@limited(LINK_LIMIT)
def choose_new_password(token: str) -> ResponseReturnValue:
    """Choose a new password."""
    return _choose(token, LinkPurpose.NEW_PASSWORD)


def _choose(token: str, purpose: LinkPurpose) -> ResponseReturnValue:
    password = request.form.get("password", "")
    try:
        with read_only(System.SIGN_IN) as uow:
            account_links.check_choice(uow, subject(), purpose, password)
        password_hash = passwords.hashed(password)
        with unit_of_work(System.SIGN_IN) as uow:
            account_links.choose_password(uow, subject(), purpose, password_hash)
    except InvalidInput as wrong:
        return _choose_page(token, purpose, field_sentences(wrong)), status_of(wrong)
    flash(gettext("Your password is set. Please sign in with it."))
    return redirect(url_for("staff_session.sign_in"), 303)


def _choose_page(token: str, purpose: LinkPurpose, errors: dict[str, str]) -> str:
    with read_only(System.SIGN_IN) as uow:
        user = account_links.open_link(uow, subject(), purpose)
        return render_template(
            "staff/choose_password.html",
            user=user,
            is_invitation=purpose is LinkPurpose.INVITATION,
            errors=errors,
            private=True,
        )


def _ask_page(problem: str) -> str:
    return render_template(
        "staff/forgotten.html",
        email=request.form.get("email", "")[:254],
        problem=problem,
        private=True,
    )


def _mail_after_response(email: str) -> None:
    """Make the link behind the answer, so that its time tells nobody whether there is one."""
    work = runtime().unit_of_work

    def make() -> None:
        try:
            with work(System.SIGN_IN) as uow:
                account_links.ask_for_new_password(uow, email)
        except SQLAlchemyError as away:
            log.warning("a link could not be made", reason=type(away).__name__)

    @after_this_request
    def _arrange(response: Response) -> Response:
        response.call_on_close(make)
        return response
