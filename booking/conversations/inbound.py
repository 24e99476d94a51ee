"""What a text from a phone sets in motion: opt-out first, danger always, then the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from booking.clinic.unit_of_work import UnitOfWork
from booking.conversations.context import InboundContext, acknowledge_handover, send_automatic_reply
from booking.conversations.own_words import UserText, strip_quotes
from booking.conversations.question_replies import agree, attend, clarify, take_scores
from booking.conversations.rules.reply import (
    Agree,
    Confirm,
    HelpAsked,
    MoveRequest,
    OptInRequest,
    OptOutRequest,
    Reading,
    Scored,
    Unclear,
    free_text,
    language_of,
    meaning_of,
    read_reply,
)
from booking.conversations.text_stops import start_texts, stop_texts
from booking.messaging import inbound_queries
from booking.messaging import queries as message_store
from booking.messaging import question_queries as question_store
from booking.messaging.handover import Handover
from booking.messaging.inbound_models import InboundMessage
from booking.messaging.kinds import Kind
from booking.messaging.meaning import Meaning
from booking.messaging.subjects import Subjects
from booking.patients import queries as patient_store
from booking.safety.queries import AlertSubject
from booking.safety.raise_alert import raise_alert
from booking.safety.rules.red_flags import Tier, find_red_flags

NO_PICTURES_EVERY = timedelta(hours=24)
ATTEMPTS = 3
"""So often a text is taken up again before a person gets it as it is."""


@dataclass(frozen=True)
class Inbound:
    """A text as the carrier handed it over; `phone` is E.164."""

    sid: str
    phone: str
    recipient: str
    body: str
    sent_at: datetime | None = None
    """When the carrier got it, of one that is found in its list and not brought by a webhook."""
    media_count: int = 0
    media_types: tuple[str, ...] = ()
    """What pictures or recordings came with it; its list tells only how many."""


def store_inbound(uow: UnitOfWork, inbound: Inbound) -> bool:
    """Keep a text before anything is done with it; False when it was here before."""
    return inbound_queries.insert(
        uow.session,
        {
            "sid": inbound.sid,
            "phone": inbound.phone,
            "recipient": inbound.recipient,
            "body": inbound.body,
            "received_at": min(inbound.sent_at or uow.now, uow.now),
            "needs_person": False,
            "attempts": 0,
            "media_count": inbound.media_count,
            "media_types": list(inbound.media_types),
        },
    )


def unfinished(uow: UnitOfWork, older_than: timedelta, limit: int) -> Sequence[str]:
    """Return the ids of texts that were kept and not acted on, the earliest first."""
    return inbound_queries.waiting_since(uow.session, uow.now - older_than, limit)


def process(uow: UnitOfWork, sid: str, subjects: Subjects) -> bool:
    """Do what a kept text asks, once; False when that was done before."""
    kept = inbound_queries.waiting(uow.session, sid)
    if kept is None:
        return False
    kept.handled_at = uow.now
    context, said = _talk_about(uow, kept, subjects)
    reading = read_reply(said.words)
    kept.meaning = Meaning.REACTION if said.is_reaction else meaning_of(reading)
    tier = _heed(context, reading, said)
    if tier is not None:
        kept.needs_person = True
    if said.is_reaction:
        _note_tapback(context, said)
    elif said.words.strip() or not kept.media_count:
        _dispatch(context, reading, in_danger=tier not in {None, Tier.REVIEW})
        if free_text(reading):
            kept.needs_person = True
    if kept.media_count:
        _say_that_pictures_stay_unseen(context, reading)
    kept.patient_id = context.patient.id if context.patient else None
    return True


def process_safety_only(uow: UnitOfWork, sid: str, subjects: Subjects) -> None:
    """Do of a kept text only what must never wait: an opt-out, and an alert for a danger.

    For a text that handling has failed with before; `process` does it again, and nothing twice.
    """
    kept = inbound_queries.waiting(uow.session, sid)
    if kept is not None:
        context, said = _talk_about(uow, kept, subjects)
        _heed(context, read_reply(said.words), said)


def count_attempt(uow: UnitOfWork, sid: str) -> bool:
    """Count one more attempt at a text that was kept; False when a person must take over.

    Committed before the attempt itself, so that a text which breaks something every time
    ends with a person and not in a circle.
    """
    kept = inbound_queries.waiting(uow.session, sid)
    if kept is None:
        return False
    kept.attempts += 1
    if kept.attempts > ATTEMPTS:
        kept.handled_at = uow.now
        kept.meaning = Meaning.NOT_UNDERSTOOD
        kept.needs_person = True
        kept.reason = Handover.NOT_UNDERSTOOD
        return False
    return True


def _talk_about(
    uow: UnitOfWork, kept: InboundMessage, subjects: Subjects
) -> tuple[InboundContext, UserText]:
    # One text of a phone after the other: the second sees what the first has set in motion.
    inbound_queries.lock_phone(uow.session, kept.phone)
    everybody = list(patient_store.of_phone(uow.session, kept.phone))
    said = strip_quotes(uow, kept.phone, kept.body)
    context = InboundContext(uow, subjects, kept, everybody, language_of(said.words))
    return context, said


def _heed(context: InboundContext, reading: Reading, said: UserText) -> Tier | None:
    if isinstance(reading, OptOutRequest):
        # What is said beside the opt-out may be health, and stays where texts are encrypted.
        is_alone = not free_text(reading) and said.words == context.inbound.body
        stop_texts(context, reading, said.words if is_alone else f"the text {context.inbound.sid}")
    return _danger(context, said.words)


def _danger(context: InboundContext, words: str) -> Tier | None:
    """Look for words of danger in every text, whatever else it was read as."""
    found = find_red_flags(words)
    if found is None:
        return None
    if found.tier is not Tier.REVIEW:
        # Where two share the phone nobody is named: whose question is open says nothing about
        # who is in danger, and whoever takes the alert calls the number.
        patient, text = context.patient, context.inbound
        raise_alert(
            context.uow,
            found.tier,
            f"inbound:{text.sid}",
            AlertSubject(patient, text.phone, inbound_sid=text.sid),
            language=patient.language if patient else found.language,
        )
    return found.tier


def _dispatch(context: InboundContext, reading: Reading, *, in_danger: bool) -> None:
    match reading:
        case OptOutRequest():
            return
        case OptInRequest():
            # "yes" without an earlier stop is somebody's answer to something else.
            if not start_texts(context, reading):
                agree(context)
        case HelpAsked():
            send_automatic_reply(context, Kind.HELP)
        case Confirm() | MoveRequest():
            attend(context, reading)
        case Agree():
            agree(context)
        case Scored():
            take_scores(context, reading)
        case Unclear():
            clarify(context)
        case _:
            context.inbound.needs_person = True
            if not in_danger:
                acknowledge_handover(context)


def _note_tapback(context: InboundContext, said: UserText) -> None:
    """Hand a sign that was tapped on an open question to a person: it may be meant as an answer."""
    open_ones = question_store.open_of_phone(
        context.uow.session,
        context.inbound.phone,
        asked_by=context.inbound.received_at,
        now=context.uow.now,
    )
    asked = {
        message_store.get_one(context.uow.session, one.message_id).body_digest for one in open_ones
    }
    if asked & said.quoted:
        context.hand_over(Handover.TAPBACK)


def _say_that_pictures_stay_unseen(context: InboundContext, reading: Reading) -> None:
    """Have a person know of a picture, and tell the sender once a day that it stays unseen."""
    context.inbound.needs_person = True
    since = context.uow.now - NO_PICTURES_EVERY
    if isinstance(reading, OptOutRequest) or inbound_queries.was_texted(
        context.uow.session, context.inbound.phone, Kind.NO_PICTURES, since
    ):
        return
    send_automatic_reply(context, Kind.NO_PICTURES)
