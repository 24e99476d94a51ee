"""What patients texted: read, answered from the same number, and marked as done."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from booking.audit.service import audit
from booking.conversations import inbox, waiting
from booking.conversations.inbox import Conversation
from booking.conversations.rules.staff_reply import LONGEST
from booking.desk import bad_numbers
from booking.kit.errors import InvalidInput, NotFound
from booking.kit.ids import new_id
from booking.kit.phone import mask
from booking.messaging.handover import Handover
from booking.messaging.inbound_models import InboundMessage
from booking.messaging.kinds import Kind
from booking.messaging.rules.media import CameWith
from booking.web.current import read_only, unit_of_work
from booking.web.guard import staff
from booking.web.language import gettext, marked
from booking.web.problems import status_of
from booking.web.send_again import shown_again_by
from booking.web.sentences import field_sentences
from booking.web.staff.layout import audit_views, render_staff
from booking.web.staff.media_words import media_words
from booking.web.staff.message_lines import STATE_WORDS, WENT_WRONG, kind_words
from booking.web.staff.session import current_actor
from booking.web.typed import read_id

REASONS: Final = {
    Handover.SESSION_STANDS: marked(
        "No more texts go to this phone, as it asked. The session still stands: please find out "
        "by mail or call whether it should be cancelled. A mail has told the patient how to."
    ),
    Handover.LATE_NUMBERS: marked(
        "These numbers came too late to be kept. The earlier answer stands, and the sender was "
        "told that a person reads this."
    ),
    Handover.TAPBACK: marked(
        "Somebody tapped a sign on the text that asks this. It was not taken as an answer."
    ),
    Handover.NOT_UNDERSTOOD: marked("This text could not be acted on, however often it was tried."),
}

bp = Blueprint("staff_inbox", __name__, url_prefix="/staff/inbox")


@bp.get("")
@staff()
def index() -> ResponseReturnValue:
    """Show the texts that wait for a person, oldest first, and which were done lately."""
    with read_only(current_actor()) as uow:
        texts = waiting.waiting_for_person(uow)
        patients = {text.patient_id for text in texts if text.patient_id}
        done = inbox.done_lately(uow)
        shown = render_staff(
            uow,
            "staff/inbox.html",
            texts=texts,
            done=done,
            writers=waiting.writers(uow, [*texts, *done]),
            masked=mask,
            came_with=_came_with,
            reasons={reason: gettext(words) for reason, words in REASONS.items()},
            unreachable=bad_numbers.unreachable(uow),
        )
    audit_views("texts_of_patient", sorted(patients))
    return shown


@bp.post("/unreachable/<uuid:message_id>/seen-to")
@staff()
def seen_to(message_id: UUID) -> ResponseReturnValue:
    """Note that somebody has seen to a phone that takes no texts."""
    try:
        with unit_of_work(current_actor()) as uow:
            bad_numbers.mark_seen(uow, message_id)
    except NotFound:
        # Somebody else was quicker, or a text has arrived since: the list says what is left.
        flash(gettext("Nothing changed."))
    else:
        flash(gettext("Noted."))
    return redirect(url_for(".index"), 303)


@bp.get("/<sid>")
@staff()
def show(sid: str) -> ResponseReturnValue:
    """Show the conversation that a text belongs to, and record that it was opened."""
    return _shown(sid)


@bp.post("/<sid>/answer")
@staff()
@shown_again_by(lambda why, sid: _shown(sid, errors={"words": why.message}, draft_id=_draft()))
def answer(sid: str) -> ResponseReturnValue:
    """Send a person's answer; what it answers is done with it."""
    draft_id = _draft()
    try:
        with unit_of_work(current_actor()) as uow:
            words, newest = request.form.get("words", ""), request.form.get("newest", sid)
            is_new = inbox.send_staff_reply(uow, sid, words, draft_id=draft_id, newest=newest)
    except InvalidInput as wrong:
        return _shown(sid, errors=field_sentences(wrong), draft_id=draft_id), status_of(wrong)
    flash(
        gettext("Your answer leaves in a moment.")
        if is_new
        else gettext("This answer was sent already.")
    )
    return redirect(url_for(".show", sid=sid), 303)


@bp.post("/<sid>/done")
@staff()
def done(sid: str) -> ResponseReturnValue:
    """Note that a text, and all before it from this phone, need nobody any more."""
    with unit_of_work(current_actor()) as uow:
        inbox.mark_done(uow, sid)
    flash(gettext("Marked as done."))
    return redirect(url_for(".index"), 303)


def _shown(
    sid: str, *, errors: Mapping[str, str] | None = None, draft_id: UUID | None = None
) -> str:
    with read_only(current_actor()) as uow:
        talk = inbox.conversation(uow, sid)
        shown = render_staff(
            uow,
            "staff/inbox_talk.html",
            talk=talk,
            phone=mask(talk.phone),
            # Made with the form: pressing twice sends once.
            draft=draft_id or new_id(),
            longest=LONGEST,
            errors=errors or {},
            typed=request.form,
            kind_words=kind_words,
            by_person=Kind.STAFF_ANSWER,
            message_words=STATE_WORDS,
            went_wrong=WENT_WRONG,
            media_words=media_words,
            reasons={reason: gettext(words) for reason, words in REASONS.items()},
        )
    _note_opening(talk)
    return shown


def _came_with(text: InboundMessage) -> str:
    return media_words(CameWith(text.media_count, tuple(text.media_types or ())))


def _note_opening(talk: Conversation) -> None:
    """Record that a conversation is opened; with an unknown number there is no id to name."""
    if talk.patients:
        audit_views("texts_of_patient", [patient_id for patient_id, _ in talk.patients])
        return
    with unit_of_work(current_actor()) as uow:
        audit(uow, action="opened", subject="texts_of_unknown_number", subject_id=None)


def _draft() -> UUID:
    """Read the draft's id; one that is none makes the answer a draft of its own."""
    return read_id(request.form.get("draft", "")) or new_id()
