"""The ledger of messages: what went, what did not and why, and what can be done by hand."""

from datetime import date
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from booking.accounts.models import Role
from booking.accounts.service import SEES_ALL
from booking.desk import calendar
from booking.desk import message_actions as by_hand
from booking.desk.message_actions import NotAsItStands
from booking.kit.errors import NotFound
from booking.messaging import log_queries as store
from booking.messaging.message import SEALED, Channel, Kind, Lane, MessageState
from booking.messaging.models import Message
from booking.web.current import clinic, now, runtime
from booking.web.guard import staff
from booking.web.staff.layout import note_openings, note_view, page
from booking.web.staff.message_filter import STATES, LedgerFilter, behind
from booking.web.staff.message_lines import (
    CHANNEL_WORDS,
    LANE_WORDS,
    STATE_WORDS,
    WENT_WRONG,
    kind_words,
    ledger_lines,
)
from booking.web.staff.session import me

bp = Blueprint("staff_messages", __name__, url_prefix="/staff/messages")

A_PAGE: Final = 50

CHOICES: Final = {
    "kind": [("", "All"), *sorted((kind.value, kind_words(kind)) for kind in set(Kind) - SEALED)],
    "channel": [("", "All"), *((one.value, CHANNEL_WORDS[one]) for one in Channel)],
    "lane": [("", "All"), *((one.name.lower(), LANE_WORDS[one]) for one in Lane)],
    "state": [
        ("", "All"),
        *((name, STATE_WORDS[MessageState(name)]) for name in STATES),
    ],
}


@bp.get("")
@staff()
def index() -> ResponseReturnValue:
    """Show a page of the ledger, with how many messages stand where."""
    whose = me().therapist_id
    with runtime().database.reading() as session:
        zone = _zone(session)
        chosen = LedgerFilter.from_query(request.args, _today(zone))
        sought = chosen.sought(ZoneInfo(zone), whose)
        found = store.page(session, sought, A_PAGE + 1, chosen.place)
        shown = found[:A_PAGE]
        # How many stand in each state is what the choice of a state is made by.
        everywhere = LedgerFilter(**{**vars(chosen), "state": ""}).sought(ZoneInfo(zone), whose)
        shown_page = page(
            session,
            "staff/messages.html",
            lines=ledger_lines(session, shown, sender=clinic().sender, zone=zone, now=now()),
            chosen=chosen,
            choices=CHOICES,
            counts=_counts(session, everywhere),
            next_page=chosen.query(behind=behind(shown[-1])) if len(found) > A_PAGE else None,
            today=_today(zone).isoformat(),
            zone=zone,
            may_resume=me().role in SEES_ALL,
        )
    note_view("messages")
    return shown_page


@bp.get("/<uuid:message_id>")
@staff()
def show(message_id: UUID) -> ResponseReturnValue:
    """Show one message with everything that happened to it, and record that it was opened."""
    with runtime().database.reading() as session:
        _mine(session, message_id)
    note_openings("message", [message_id])
    with runtime().database.reading() as session:
        message = _mine(session, message_id)
        zone = _zone(session)
        [line] = ledger_lines(session, [message], sender=clinic().sender, zone=zone, now=now())
        return page(
            session,
            "staff/message.html",
            message=message,
            line=line,
            lane=LANE_WORDS[Lane(message.lane)],
            may_call_off=by_hand.may_call_off(message),
            may_send_again=by_hand.may_send_again(session, message, now()),
            never_again=by_hand.WORDS_REFUSED if by_hand.was_refused_for_words(message) else "",
            zone=zone,
        )


@bp.post("/<uuid:message_id>/again")
@staff()
def again(message_id: UUID) -> ResponseReturnValue:
    """Send a message that did not arrive again, as a new one."""
    try:
        with runtime().database.transaction() as session:
            new = by_hand.send_again(
                session,
                message_id,
                therapist_id=me().therapist_id,
                actor=me().actor,
                now=now(),
            )
    except NotAsItStands as refused:
        flash(f"Nothing changed. {refused.message}")
        return redirect(url_for(".show", message_id=message_id), 303)
    flash("It is written anew and leaves in a moment. This is the new message.")
    return redirect(url_for(".show", message_id=new.id), 303)


@bp.post("/<uuid:message_id>/call-off")
@staff()
def call_off(message_id: UUID) -> ResponseReturnValue:
    """Keep a message that waits from leaving."""
    try:
        with runtime().database.transaction() as session:
            by_hand.call_off(
                session,
                message_id,
                therapist_id=me().therapist_id,
                actor=me().actor,
                now=now(),
            )
    except NotAsItStands as refused:
        flash(f"Nothing changed. {refused.message}")
    else:
        flash("The message is called off: it will not leave.")
    return redirect(url_for(".show", message_id=message_id), 303)


@bp.post("/sender/resume")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def resume() -> ResponseReturnValue:
    """Let the sender go on after somebody has mended the set-up."""
    with runtime().database.transaction() as session:
        by_hand.resume_sender(session, clinic=clinic(), actor=me().actor, now=now())
    flash("Texts go on. If the carrier still refuses them, they stop again at once.")
    return redirect(url_for(".index"), 303)


def _mine(session: Session, message_id: UUID) -> Message:
    """Return a message this person may see; any other does not exist for them."""
    message = store.one(session, message_id, me().therapist_id)
    if message is None:
        raise NotFound("There is no such message.")
    return message


def _counts(session: Session, sought: store.Sought) -> list[tuple[str, str, int, bool]]:
    """Return each state that somebody stands in: its word, its name, how many, and if it is bad."""
    by_state = store.count_states(session, sought)
    counted = (
        (name, STATE_WORDS[MessageState(name)], sum(by_state.get(s, 0) for s in states), states)
        for name, states in STATES.items()
    )
    return [
        (name, words, number, bool(states & WENT_WRONG))
        for name, words, number, states in counted
        if number
    ]


def _zone(session: Session) -> str:
    whose = me().therapist_id
    return clinic().zone if whose is None else calendar.home_zone(session, whose, clinic().zone)


def _today(zone: str) -> date:
    return now().astimezone(ZoneInfo(zone)).date()
