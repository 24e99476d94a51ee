"""Talking with a phone by text: what was said, a person's answer, and what is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from booking.accounts import queries as accounts
from booking.audit.service import audit
from booking.clinic.actor import staff_id
from booking.clinic.unit_of_work import UnitOfWork
from booking.conversations import inbox_queries
from booking.conversations.rules.staff_reply import staff_words
from booking.kit.errors import Flaw, InvalidInput, NotFound
from booking.messaging import opt_out_queries
from booking.messaging.handover import Handover
from booking.messaging.inbound_models import InboundMessage
from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import MessageState
from booking.messaging.models import Message
from booking.messaging.outbox import ANSWER_TEXT_TTL, NewMessage, queue
from booking.messaging.rules.media import CameWith
from booking.messaging.rules.sms_segments import segments
from booking.patients import queries as patients

LONGEST_TALK = 200
"""Texts of either side that a conversation shows: the newest."""


@dataclass(frozen=True)
class Entry:
    """One text of a conversation.

    `words` are what a person wrote, on either side; of the texts we make from templates only
    the kind is known. `sid` is there for texts that came in, `message_id` for those that went.
    `came_with` tells of pictures, `reason` why a person is needed.
    """

    at: datetime
    words: str | None = None
    sid: str | None = None
    is_done: bool = True
    came_with: CameWith | None = None
    reason: Handover | None = None
    message_id: UUID | None = None
    kind: Kind | None = None
    state: MessageState | None = None
    segments: int | None = None
    author: str = ""


@dataclass(frozen=True)
class Conversation:
    """What was said with a phone, oldest first, as far as the reader may see it."""

    sid: str
    phone: str
    patients: tuple[tuple[UUID, str], ...]
    """The patients who are known to have part in it: id and name."""
    entries: tuple[Entry, ...]
    has_stopped: bool

    @property
    def newest_sid(self) -> str:
        """The newest text that came in: an answer marks all up to it as done."""
        return next((entry.sid for entry in reversed(self.entries) if entry.sid), self.sid)


def conversation(uow: UnitOfWork, sid: str) -> Conversation:
    """Return the conversation that a text belongs to.

    A therapist sees what their patients wrote and were sent, and nothing else of a phone that
    is shared. Raises NotFound where the text itself is not theirs.
    """
    text = _theirs(uow, sid)
    came = inbox_queries.came_from(uow.session, uow.actor, text.phone, LONGEST_TALK)
    went = inbox_queries.went_to(uow.session, uow.actor, text.phone, uow.now, LONGEST_TALK)
    entries = [*map(_received, came), *_sent(uow, went)]
    known = {one.patient_id for one in came} | {one.patient_id for one in went}
    people = patients.by_ids(uow.session, {one for one in known if one is not None})
    return Conversation(
        sid=sid,
        phone=text.phone,
        patients=tuple((one.id, one.name) for one in people),
        entries=tuple(sorted(entries, key=lambda entry: entry.at)[-LONGEST_TALK:]),
        has_stopped=opt_out_queries.has_opted_out(uow.session, text.phone, uow.clinic.sender),
    )


def send_staff_reply(
    uow: UnitOfWork, sid: str, raw: str, *, draft_id: UUID, newest: str | None = None
) -> bool:
    """Write a person's answer to a text; False where this draft was sent before.

    `draft_id` is made with the form, so that pressing twice sends once. What came up to the text
    `newest` is done with it, and not what came while the answer was being written: that nobody
    has read yet. Raises InvalidInput where the words cannot go or the phone has stopped our
    texts, and NotFound.
    """
    text, clinic = _theirs(uow, sid), uow.clinic
    words = staff_words(raw)
    if opt_out_queries.has_opted_out(uow.session, text.phone, clinic.sender):
        raise InvalidInput(words=Flaw("phone_stopped"))
    patient = patients.get(uow.session, text.patient_id) if text.patient_id else None
    draft = NewMessage(
        kind=Kind.STAFF_ANSWER,
        channel=Channel.SMS,
        recipient=text.phone,
        language=patient.language if patient else clinic.languages[0],
        zone=patient.zone if patient else clinic.zone,
        due_at=uow.now,
        expires_at=uow.now + ANSWER_TEXT_TTL,
        subject=sid,
        parts=(draft_id,),
        patient_id=text.patient_id,
        variables={"by": str(staff_id(uow.actor))},
        body=words,
    )
    is_new = queue(uow, draft)
    if is_new:
        audit(
            uow,
            action="answered_by_text",
            subject="texts_of_patient",
            subject_id=text.patient_id,
        )
        if newest is not None:
            mark_done(uow, newest)
    return is_new


def mark_done(uow: UnitOfWork, sid: str) -> int:
    """Note that a person has dealt with a text and all before it; returns how many were open.

    Only what the reader may see of the phone, and whoever was first stays named.
    """
    newest = _theirs(uow, sid)
    open_ones = inbox_queries.waiting_up_to(uow.session, uow.actor, newest)
    for one in open_ones:
        one.read_by = staff_id(uow.actor)
    return len(open_ones)


def done_lately(uow: UnitOfWork, limit: int = 20) -> Sequence[InboundMessage]:
    """Return the texts that a person has dealt with, the newest first."""
    return inbox_queries.done_lately(uow.session, uow.actor, limit)


def _theirs(uow: UnitOfWork, sid: str) -> InboundMessage:
    text = inbox_queries.get(uow.session, uow.actor, sid)
    if text is None:
        raise NotFound
    return text


def _received(text: InboundMessage) -> Entry:
    return Entry(
        at=text.received_at,
        words=text.body,
        sid=text.sid,
        is_done=not text.needs_person or text.read_by is not None,
        came_with=CameWith(text.media_count, tuple(text.media_types or ())),
        reason=text.reason,
    )


def _sent(uow: UnitOfWork, messages: Sequence[Message]) -> list[Entry]:
    authors = {UUID(one.variables["by"]) for one in messages if "by" in one.variables}
    names = {str(one): name for one, name in accounts.names_of(uow.session, authors).items()}
    return [
        Entry(
            at=one.send_started_at or one.due_at,
            words=one.body,
            message_id=one.id,
            kind=one.template,
            state=one.state,
            segments=one.segments or (segments(one.body) if one.body else None),
            author=names.get(one.variables.get("by", ""), ""),
        )
        for one in messages
    ]
