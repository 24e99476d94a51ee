"""The message log: what went, what did not and why, and what can be done by hand."""

from datetime import date
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from booking.accounts.models import Role
from booking.clinic.unit_of_work import UnitOfWork
from booking.desk import calendar, message_actions, message_log
from booking.desk.message_query import MessageQuery
from booking.kit.errors import InvalidTransition
from booking.messaging.kinds import SEALED, Channel, Kind, Lane
from booking.messaging.message import MessageState
from booking.web.current import now, read_only, unit_of_work
from booking.web.guard import staff
from booking.web.language import gettext
from booking.web.sentences import nothing_changed, why_sentence
from booking.web.staff.layout import audit_views, note_view, render_staff
from booking.web.staff.message_filter import STATES, MessageFilter, after
from booking.web.staff.message_lines import (
    CHANNEL_WORDS,
    LANE_WORDS,
    STATE_WORDS,
    WENT_WRONG,
    kind_words,
    ledger_lines,
)
from booking.web.staff.session import current_actor, current_staff

bp = Blueprint("staff_messages", __name__, url_prefix="/staff/messages")

A_PAGE: Final = 50
MAY_RESUME: Final = (Role.COORDINATOR, Role.ADMINISTRATOR)


@bp.get("")
@staff()
def index() -> ResponseReturnValue:
    """Show a page of the message log, with how many messages stand where."""
    with read_only(current_actor()) as uow:
        zone = calendar.own_zone(uow)
        chosen = MessageFilter.from_query(request.args, _today(zone))
        sought = chosen.to_query(ZoneInfo(zone))
        found = message_log.page(uow, sought, A_PAGE + 1, chosen.place)
        shown = found[:A_PAGE]
        # How many stand in each state is what the choice of a state is made by.
        everywhere = MessageFilter(**{**vars(chosen), "state": ""}).to_query(ZoneInfo(zone))
        shown_page = render_staff(
            uow,
            "staff/messages.html",
            lines=ledger_lines(uow, shown, zone=zone),
            chosen=chosen,
            choices=_choices(),
            counts=_counts(uow, everywhere),
            next_page=chosen.query(behind=after(shown[-1])) if len(found) > A_PAGE else None,
            today=_today(zone).isoformat(),
            zone=zone,
            may_resume=current_staff().role in MAY_RESUME,
        )
    note_view("messages")
    return shown_page


@bp.get("/<uuid:message_id>")
@staff()
def show(message_id: UUID) -> ResponseReturnValue:
    """Show one message with everything that happened to it, and record that it was opened."""
    with read_only(current_actor()) as uow:
        message = message_actions.get(uow, message_id)
        zone = calendar.own_zone(uow)
        [line] = ledger_lines(uow, [message], zone=zone)
        shown = render_staff(
            uow,
            "staff/message.html",
            message=message,
            line=line,
            lane=gettext(LANE_WORDS[Lane(message.lane)]),
            may_call_off=message_actions.may_call_off(message),
            may_send_again=message_actions.may_send_again(uow, message),
            never_again=why_sentence("words_refused")
            if message_actions.was_refused_for_words(message)
            else "",
            zone=zone,
        )
    audit_views("message", [message_id])
    return shown


@bp.post("/<uuid:message_id>/again")
@staff()
def again(message_id: UUID) -> ResponseReturnValue:
    """Send a message that did not arrive again, as a new one."""
    try:
        with unit_of_work(current_actor()) as uow:
            new = message_actions.resend(uow, message_id)
    except InvalidTransition as refused:
        flash(nothing_changed(refused))
        return redirect(url_for(".show", message_id=message_id), 303)
    flash(gettext("It is written anew and leaves in a moment. This is the new message."))
    return redirect(url_for(".show", message_id=new.id), 303)


@bp.post("/<uuid:message_id>/call-off")
@staff()
def cancel(message_id: UUID) -> ResponseReturnValue:
    """Keep a message that waits from leaving."""
    try:
        with unit_of_work(current_actor()) as uow:
            message_actions.cancel_message(uow, message_id)
    except InvalidTransition as refused:
        flash(nothing_changed(refused))
    else:
        flash(gettext("The message is called off: it will not leave."))
    return redirect(url_for(".show", message_id=message_id), 303)


@bp.post("/sender/resume")
@staff(*MAY_RESUME)
def resume() -> ResponseReturnValue:
    """Let the sender go on after somebody has mended the set-up."""
    with unit_of_work(current_actor()) as uow:
        message_actions.resume_sender(uow)
    flash(gettext("Texts go on. If the carrier still refuses them, they stop again at once."))
    return redirect(url_for(".index"), 303)


def _choices() -> dict[str, list[tuple[str, str]]]:
    """Return what the list can be narrowed by, each as (value, label) pairs."""
    kinds = sorted((kind.value, kind_words(kind)) for kind in set(Kind) - SEALED)
    every = ("", gettext("All"))
    return {
        "kind": [every, *kinds],
        "channel": [every, *((one.value, gettext(CHANNEL_WORDS[one])) for one in Channel)],
        "lane": [every, *((one.name.lower(), gettext(LANE_WORDS[one])) for one in Lane)],
        "state": [
            every,
            *((name, gettext(STATE_WORDS[MessageState(name)])) for name in STATES),
        ],
    }


def _counts(uow: UnitOfWork, sought: MessageQuery) -> list[tuple[str, str, int, bool]]:
    """Return each state that somebody stands in: its word, its name, how many, and if it is bad."""
    by_state = message_log.count_states(uow, sought)
    counted = (
        (
            name,
            gettext(STATE_WORDS[MessageState(name)]),
            sum(by_state.get(s, 0) for s in states),
            states,
        )
        for name, states in STATES.items()
    )
    return [
        (name, words, number, bool(states & WENT_WRONG))
        for name, words, number, states in counted
        if number
    ]


def _today(zone: str) -> date:
    return now().astimezone(ZoneInfo(zone)).date()
