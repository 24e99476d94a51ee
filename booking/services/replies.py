"""What a text from a phone sets in motion: opt-out first, danger always, then the answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from booking.domain.appointment import State
from booking.domain.checkin import Scores
from booking.domain.errors import DomainError
from booking.domain.message import SENT_AFTER_OPT_OUT, Kind
from booking.domain.policy import ClinicPolicies
from booking.domain.redflags import Tier, find_red_flags
from booking.domain.reply import (
    Confirm,
    HelpAsked,
    Move,
    OptIn,
    OptOut,
    Reading,
    Scored,
    Unclear,
    free_text,
    language_of,
    read_reply,
)
from booking.models import Appointment, InboundMessage, Patient, Question
from booking.models.conversation import Topic
from booking.ports import Clinic
from booking.services import appointments, check_ins, people
from booking.services.consequences import mail_instead
from booking.services.quotations import Said, own_words
from booking.services.safety import raise_alert
from booking.services.talk import Talk, answer, say_that_a_person_reads
from booking.store import check_ins as check_in_store
from booking.store import conversations as store
from booking.store import messages as message_store
from booking.store import patients as patient_store
from booking.store import questions as question_store

CLARIFICATIONS = 1
REACTION = "reaction"
"""The meaning of a text that only says how somebody liked one of ours: it asks for nothing."""
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


def keep(session: Session, inbound: Inbound, *, now: datetime) -> bool:
    """Keep a text before anything is done with it; False when it was here before."""
    return store.keep(
        session,
        {
            "sid": inbound.sid,
            "phone": inbound.phone,
            "recipient": inbound.recipient,
            "body": inbound.body,
            "received_at": min(inbound.sent_at or now, now),
            "needs_person": False,
            "attempts": 0,
        },
    )


def handle(
    session: Session, sid: str, *, clinic: Clinic, policies: ClinicPolicies, now: datetime
) -> bool:
    """Do what a kept text asks, once; False when that was done before."""
    kept = store.waiting(session, sid)
    if kept is None:
        return False
    kept.handled_at = now
    talk, said = _talk_about(session, kept, clinic, policies, now)
    reading = read_reply(said.words)
    kept.meaning = REACTION if said.is_reaction else type(reading).__name__.lower()
    tier = _heed(talk, reading, said)
    if tier is not None:
        kept.needs_person = True
    if not said.is_reaction:
        _react(talk, reading, in_danger=tier not in {None, Tier.REVIEW})
        if free_text(reading):
            kept.needs_person = True
    kept.patient_id = talk.patient.id if talk.patient else None
    return True


def heed(
    session: Session, sid: str, *, clinic: Clinic, policies: ClinicPolicies, now: datetime
) -> None:
    """Do of a kept text only what must never wait: an opt-out, and an alert for a danger.

    For a text that handling has failed with before; `handle` does it again, and nothing twice.
    """
    kept = store.waiting(session, sid)
    if kept is not None:
        talk, said = _talk_about(session, kept, clinic, policies, now)
        _heed(talk, read_reply(said.words), said)


def try_again(session: Session, sid: str, *, now: datetime) -> bool:
    """Count one more attempt at a text that was kept; False when a person must take over.

    Committed before the attempt itself, so that a text which breaks something every time
    ends with a person and not in a circle.
    """
    kept = store.waiting(session, sid)
    if kept is None:
        return False
    kept.attempts += 1
    if kept.attempts > ATTEMPTS:
        kept.handled_at = now
        kept.meaning = "not understood"
        kept.needs_person = True
        return False
    return True


def _talk_about(
    session: Session, kept: InboundMessage, clinic: Clinic, policies: ClinicPolicies, now: datetime
) -> tuple[Talk, Said]:
    # One text of a phone after the other: the second sees what the first has set in motion.
    store.take_turn(session, kept.phone)
    everybody = list(patient_store.of_phone(session, kept.phone))
    said = own_words(session, kept.phone, kept.body)
    talk = Talk(session, kept, everybody, clinic, policies, now, language_of(said.words))
    return talk, said


def _heed(talk: Talk, reading: Reading, said: Said) -> Tier | None:
    if isinstance(reading, OptOut):
        # What is said beside the opt-out may be health, and stays where texts are encrypted.
        is_alone = not free_text(reading) and said.words == talk.inbound.body
        _stop_texts(talk, said.words if is_alone else f"the text {talk.inbound.sid}")
    return _danger(talk, said.words)


def _stop_texts(talk: Talk, words: str) -> None:
    """Stop all texts to the phone before anything else is looked at; one confirmation goes."""
    phone, clinic, now = talk.inbound.phone, talk.clinic, talk.now
    # From when the patient wrote: a START that was texted after it counts, however late found.
    since = talk.inbound.received_at
    newly = patient_store.opt_out(talk.session, phone, clinic.sender, source="text", now=since)
    patient_store.asked_to_stop_again(talk.session, phone, clinic.sender, since)
    # Taking the messages' locks waits for any that is just passing its point of no return,
    # and keeps every later one from it.
    for message in message_store.unsent_texts_to(talk.session, phone):
        if message.kind not in SENT_AFTER_OPT_OUT:
            mail_instead(talk.session, message, reason="the phone has stopped our texts", now=now)
    if newly:
        people.change_text_consent(
            talk.session, phone, given=False, words=words, source="text", now=now
        )
        answer(talk, Kind.OPTED_OUT)


def _danger(talk: Talk, words: str) -> Tier | None:
    """Look for words of danger in every text, whatever else it was read as."""
    found = find_red_flags(words)
    if found is None:
        return None
    if found.tier is not Tier.REVIEW:
        # Where two share the phone nobody is named: whose question is open says nothing about
        # who is in danger, and whoever takes the alert calls the number.
        raise_alert(
            talk.session,
            found.tier,
            f"inbound:{talk.inbound.sid}",
            phone=talk.inbound.phone,
            patient=talk.patient,
            clinic=talk.clinic,
            now=talk.now,
            inbound_sid=talk.inbound.sid,
            language=talk.patient.language if talk.patient else found.language,
        )
    return found.tier


def _react(talk: Talk, reading: Reading, *, in_danger: bool) -> None:
    match reading:
        case OptOut():
            return
        case OptIn():
            _start_texts(talk, reading)
        case HelpAsked():
            answer(talk, Kind.HELP)
        case Confirm() | Move():
            _attend(talk, reading)
        case Scored():
            _take_scores(talk, reading)
        case Unclear():
            _clarify(talk)
        case _:
            talk.inbound.needs_person = True
            if not in_danger:
                say_that_a_person_reads(talk)


def _start_texts(talk: Talk, reading: OptIn) -> None:
    phone, now, received_at = talk.inbound.phone, talk.now, talk.inbound.received_at
    if not patient_store.opt_in(talk.session, phone, talk.clinic.sender, received_at):
        # "yes" without an earlier stop is somebody's answer to something else.
        _leave_to_a_person(talk)
        return
    people.change_text_consent(
        talk.session, phone, given=True, words=reading.word, source="text", now=now
    )
    answer(talk, Kind.OPTED_IN)


def _attend(talk: Talk, reading: Confirm | Move) -> None:
    question = talk.open_question(Topic.ATTENDANCE)
    if question is None:
        _leave_to_a_person(talk)
        return
    appointment = talk.session.get_one(Appointment, question.appointment_id)
    if isinstance(reading, Move):
        answer(talk, Kind.MOVE_LINK, appointment)
        return
    if appointment.state not in {State.BOOKED, State.CONFIRMED}:
        _leave_to_a_person(talk)
        return
    appointments.confirm(
        talk.session,
        appointment.id,
        actor=f"patient:{question.patient_id}",
        clinic=talk.clinic,
        policies=talk.policies,
        now=talk.now,
    )
    answer(talk, Kind.CONFIRMED, appointment)


def _take_scores(talk: Talk, reading: Scored) -> None:
    question = talk.open_question(Topic.SCORES) or _just_answered(talk)
    if question is None or question.check_in_id is None:
        _leave_to_a_person(talk)
        return
    scores = Scores(reading.scores.pain, reading.scores.tiredness, reading.scores.stiffness)
    try:
        check_ins.answer(
            talk.session,
            question.check_in_id,
            scores,
            source="sms",
            clinic=talk.clinic,
            policies=talk.policies,
            now=talk.now,
        )
    except DomainError:
        # Too late to count: a person reads it, nothing is lost.
        _leave_to_a_person(talk)
        return
    answer(talk, Kind.CHECK_IN_THANKS)


def _just_answered(talk: Talk) -> Question | None:
    """Return the question a correction belongs to: answered within the last hour."""
    received_at = talk.inbound.received_at
    question = question_store.last_closed(
        talk.session,
        talk.inbound.phone,
        Topic.SCORES,
        received_at - timedelta(hours=1),
        received_at,
    )
    if question is None or question.check_in_id is None:
        return None
    if check_in_store.current_answer(talk.session, question.check_in_id) is None:
        # Closed because its text never arrived, or its time is over: nothing was answered.
        return None
    talk.inbound.question_id = question.id
    talk.patient = talk.session.get(Patient, question.patient_id)
    return question


def _clarify(talk: Talk) -> None:
    question = talk.open_question(Topic.SCORES)
    asked_before = (
        store.clarifications_of(talk.session, question.id) > CLARIFICATIONS if question else True
    )
    if asked_before:
        _leave_to_a_person(talk)
    else:
        answer(talk, Kind.CHECK_IN_UNCLEAR)


def _leave_to_a_person(talk: Talk) -> None:
    talk.inbound.needs_person = True
    say_that_a_person_reads(talk)
