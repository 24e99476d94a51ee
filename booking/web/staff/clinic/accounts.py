"""Accounts of the staff: who may sign in, as what, and who no longer."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from booking.accounts import administration, second_factor, sessions
from booking.accounts.models import Role, User
from booking.accounts.service import AccountFacts
from booking.clinic.unit_of_work import UnitOfWork
from booking.desk import account_holders, leavers
from booking.kit.errors import Flaw, InvalidInput, NotPermitted
from booking.messaging.account_subjects import link_address
from booking.web.current import read_only, runtime, unit_of_work
from booking.web.guard import staff
from booking.web.language import gettext, marked
from booking.web.problems import status_of
from booking.web.send_again import shown_again_by
from booking.web.sentences import field_sentences, sentence
from booking.web.staff.clinic.layout import PAGES
from booking.web.staff.layout import render_staff
from booking.web.staff.session import current_actor, current_staff, is_fresh

bp = Blueprint("staff_accounts", __name__, url_prefix="/staff/clinic/accounts")

ROLE_WORDS: Final = {
    Role.THERAPIST: marked("Therapist"),
    Role.COORDINATOR: marked("Coordinator"),
    Role.ADMINISTRATOR: marked("Administrator"),
    Role.AUDITOR: marked("Auditor"),
}
STATE_WORDS: Final = {
    "on": marked("On"),
    "invited": marked("Invited"),
    "off": marked("Off"),
}
FIELDS: Final = ("email", "name", "role", "therapist")


@bp.get("")
@staff(Role.ADMINISTRATOR)
def index() -> ResponseReturnValue:
    """Show all accounts."""
    with read_only(current_actor()) as uow:
        return render_staff(
            uow,
            "staff/clinic/accounts.html",
            clinic_pages=PAGES,
            users=administration.accounts(uow),
            invitations=administration.invitations(uow),
            role_words=ROLE_WORDS,
            state_words_of=STATE_WORDS,
            state_of=administration.state_of,
            zone=uow.clinic.zone,
        )


@bp.get("/new")
@staff(Role.ADMINISTRATOR)
def new() -> ResponseReturnValue:
    """Ask who is to be invited."""
    return _invite_form({})


@bp.post("/new")
@staff(Role.ADMINISTRATOR, fresh=True)
@shown_again_by(lambda why: _invite_form({}, why.message))
def invite() -> ResponseReturnValue:
    """Add an account and invite its holder."""
    try:
        with unit_of_work(current_actor()) as uow:
            link = administration.invite(uow, _facts(uow))
    except InvalidInput as wrong:
        return _invite_form(field_sentences(wrong)), status_of(wrong)
    flash(gettext("The invitation is on its way by mail. You can also copy the link below."))
    return _to(link.user_id)


@bp.get("/<uuid:user_id>")
@staff(Role.ADMINISTRATOR)
def show(user_id: UUID) -> ResponseReturnValue:
    """Show one account, with all that can be done with it."""
    return _account(user_id, {})


@bp.post("/<uuid:user_id>")
@staff(Role.ADMINISTRATOR, fresh=True)
@shown_again_by(lambda why, user_id: _account(user_id, {}, why.message))
def change(user_id: UUID) -> ResponseReturnValue:
    """Change whose account it is and what they may do."""
    try:
        with unit_of_work(current_actor()) as uow:
            administration.change(uow, user_id, _facts(uow))
    except InvalidInput as wrong:
        return _account(user_id, field_sentences(wrong)), status_of(wrong)
    except NotPermitted as refused:
        return _account(user_id, {}, sentence(refused)), HTTPStatus.CONFLICT
    flash(gettext("The account is changed."))
    return _to(user_id)


@bp.get("/<uuid:user_id>/off")
@staff(Role.ADMINISTRATOR)
def ask_off(user_id: UUID) -> ResponseReturnValue:
    """Say what hangs on an account before it is switched off."""
    return _ask_off(user_id, "")


@bp.post("/<uuid:user_id>/off")
@staff(Role.ADMINISTRATOR, fresh=True)
def switch_off(user_id: UUID) -> ResponseReturnValue:
    """Switch an account off."""
    try:
        with unit_of_work(current_actor()) as uow:
            administration.switch_off(uow, user_id)
    except NotPermitted as refused:
        return _ask_off(user_id, sentence(refused)), HTTPStatus.CONFLICT
    flash(gettext("The account is off, and signed out everywhere."))
    return _to(user_id)


@bp.post("/<uuid:user_id>/<any(on, invite, withdraw, password, out, factors):step>")
@staff(Role.ADMINISTRATOR, fresh=True)
def take(user_id: UUID, step: str) -> ResponseReturnValue:
    """Take one of the smaller steps with an account."""
    verb, said = STEPS[step]
    try:
        with unit_of_work(current_actor()) as uow:
            verb(uow, user_id)
    except NotPermitted as refused:
        return _account(user_id, {}, sentence(refused)), HTTPStatus.CONFLICT
    flash(gettext(said))
    return _to(user_id)


@bp.post("/<uuid:user_id>/sessions/<uuid:session_id>/end")
@staff(Role.ADMINISTRATOR)
def end_session(user_id: UUID, session_id: UUID) -> ResponseReturnValue:
    """Sign somebody out on one device."""
    with unit_of_work(current_actor()) as uow:
        sessions.end_one(uow, user_id, session_id)
    flash(gettext("Signed out on that device."))
    return _to(user_id)


STEPS: Final = {
    "on": (
        administration.switch_on,
        marked("The account is on again, with the password of before."),
    ),
    "invite": (administration.invite_again, marked("A new invitation is on its way by mail.")),
    "withdraw": (
        administration.withdraw_invitation,
        marked("The invitation is withdrawn: its link opens nothing any more."),
    ),
    "password": (
        administration.offer_new_password,
        marked("A link for a new password is on its way by mail."),
    ),
    "out": (administration.sign_out_everywhere, marked("Signed out everywhere.")),
    "factors": (
        administration.remove_factors,
        marked("Codes and passkeys are removed: the password alone opens the account now."),
    ),
}


def _to(user_id: UUID) -> ResponseReturnValue:
    return redirect(url_for(".show", user_id=user_id), 303)


def _facts(uow: UnitOfWork) -> AccountFacts:
    """Read the form; raises InvalidInput where a choice is none of those offered."""
    role = request.form.get("role", "")
    if role not in {one.value for one in ROLE_WORDS}:
        raise InvalidInput(role=_not_offered())
    chosen = request.form.get("therapist", "") if role == Role.THERAPIST else ""
    therapists = {str(one.id): one.id for one in account_holders.therapists(uow)}
    if chosen and chosen not in therapists:
        raise InvalidInput(therapist=_not_offered())
    if role == Role.THERAPIST and not chosen:
        raise InvalidInput(therapist=Flaw("therapist_missing"))
    return AccountFacts(
        email=request.form.get("email", "")[:254],
        name=request.form.get("name", "")[:200],
        role=Role(role),
        therapist_id=therapists.get(chosen),
    )


def _not_offered() -> Flaw:
    return Flaw("answer_not_offered")


def _invite_form(errors: dict[str, str], problem: str = "") -> str:
    with read_only(current_actor()) as uow:
        return render_staff(
            uow,
            "staff/clinic/account_new.html",
            clinic_pages=PAGES,
            errors=errors,
            problem=problem,
            typed=request.form,
            roles=_roles(),
            therapists=_therapists(uow),
        )


def _account(user_id: UUID, errors: dict[str, str], problem: str = "") -> str:
    with read_only(current_actor()) as uow:
        user = administration.get(uow, user_id)
        link = administration.open_invitation(uow, user_id)
        link = link or administration.open_new_password(uow, user_id)
        return render_staff(
            uow,
            "staff/clinic/account.html",
            clinic_pages=PAGES,
            user=user,
            state=administration.state_of(user),
            errors=errors,
            problem=problem,
            typed=_typed(user),
            roles=_roles(),
            therapists=_therapists(uow),
            role_words=ROLE_WORDS,
            link=link,
            # It opens the account: whoever finds a screen left open is not shown it.
            link_address=link_address(runtime().links, link)
            if link and is_fresh(current_staff())
            else "",
            sessions=sessions.open_sessions(uow, user_id),
            own_session=current_staff().session_id,
            has_factors=second_factor.has_any(uow, user_id),
            zone=uow.clinic.zone,
        )


def _ask_off(user_id: UUID, problem: str) -> str:
    with read_only(current_actor()) as uow:
        return render_staff(
            uow,
            "staff/clinic/account_off.html",
            clinic_pages=PAGES,
            user=administration.get(uow, user_id),
            hanging=leavers.hanging_on(uow, user_id),
            problem=problem,
            zone=uow.clinic.zone,
        )


def _typed(user: User) -> dict[str, str]:
    kept = {
        "email": user.email,
        "name": user.name,
        "role": user.role.value,
        "therapist": str(user.therapist_id or ""),
    }
    return {**kept, **{name: request.form[name] for name in FIELDS if name in request.form}}


def _roles() -> Sequence[tuple[str, str]]:
    return [(role.value, gettext(words)) for role, words in ROLE_WORDS.items()]


def _therapists(uow: UnitOfWork) -> Sequence[tuple[str, str]]:
    found = [(str(one.id), one.name) for one in account_holders.therapists(uow)]
    return [("", gettext("No therapist")), *found]
