"""One text from a phone: who may have sent it, what it may answer, and answering it."""

from dataclasses import dataclass, field
from datetime import timedelta

from booking.clinic.unit_of_work import UnitOfWork
from booking.conversations import queries
from booking.messaging import inbound_queries
from booking.messaging import queries as messages
from booking.messaging.handover import Handover
from booking.messaging.inbound_models import InboundMessage, OpenQuestion
from booking.messaging.kinds import KINDS, Channel, Kind, Topic
from booking.messaging.outbox import ANSWER_TEXT_TTL, NewMessage, queue
from booking.messaging.subjects import Subjects
from booking.patients import queries as patients
from booking.patients.models import Patient
from booking.scheduling.models import Appointment

ANSWERS_PER_HOUR = 10
"""Beyond this, somebody's machine is talking to ours: a person reads on."""

NEUTRAL_EVERY = timedelta(hours=24)


@dataclass
class InboundContext:
    """One text, who may have sent it, and what it is part of."""

    uow: UnitOfWork
    subjects: Subjects
    inbound: InboundMessage
    people: list[Patient]
    language: str | None = None
    """Of the word a text was read by; it is what we know of somebody whom we do not know."""
    patient: Patient | None = field(init=False)

    def __post_init__(self) -> None:
        self.patient = self.people[0] if len(self.people) == 1 else None

    def hand_over(self, reason: Handover) -> None:
        """Have a person read this text, and know why."""
        self.inbound.needs_person = True
        self.inbound.reason = reason

    def open_question(self, topic: Topic) -> OpenQuestion | None:
        """Return the question this text may answer, and know by it who sent it.

        Numbers that come to light late never answer a question that was asked after them.
        A question is opened before its text leaves. Where people share the phone, one whose
        text was not known to have left by then is nobody's: the answer may be to another's.
        """
        question = queries.open_question(
            self.uow.session,
            self.inbound.phone,
            topic,
            asked_by=self.inbound.received_at,
            now=self.uow.now,
        )
        if question is None or (len(self.people) > 1 and not self._had_left(question)):
            return None
        self.inbound.question_id = question.id
        self.patient = patients.get(self.uow.session, question.patient_id)
        return question

    def _had_left(self, question: OpenQuestion) -> bool:
        message = messages.get_one(self.uow.session, question.message_id)
        accepted_at = message.accepted_at
        return accepted_at is not None and accepted_at <= self.inbound.received_at


def leave_to_a_person(context: InboundContext) -> None:
    """Hand a text over as it is, and say that somebody reads it."""
    context.inbound.needs_person = True
    acknowledge_handover(context)


def acknowledge_handover(context: InboundContext) -> None:
    """Answer in general terms, once in 24 hours: the same words to those we do not know."""
    since = context.uow.now - NEUTRAL_EVERY
    if inbound_queries.was_texted(
        context.uow.session, context.inbound.phone, Kind.NEUTRAL_ANSWER, since
    ):
        return
    send_automatic_reply(context, Kind.NEUTRAL_ANSWER)


def send_automatic_reply(
    context: InboundContext,
    kind: Kind,
    appointment: Appointment | None = None,
) -> None:
    """Write the automatic answer to a text; none where we have said too much already."""
    session, phone, now = context.uow.session, context.inbound.phone, context.uow.now
    session.flush()
    hour_ago = now - timedelta(hours=1)
    if not KINDS[kind].unlimited and (
        inbound_queries.answers_since(session, phone, hour_ago) >= ANSWERS_PER_HOUR
    ):
        context.inbound.needs_person = True
        return
    known = context.patient or (context.people[0] if context.people else None)
    queue(
        context.uow,
        NewMessage(
            kind=kind,
            channel=Channel.SMS,
            recipient=phone,
            language=known.language
            if known
            else context.language or context.uow.clinic.languages[0],
            zone=known.zone if known else context.uow.clinic.zone,
            due_at=now,
            expires_at=now + ANSWER_TEXT_TTL,
            subject=context.inbound.sid,
            appointment_id=appointment.id if appointment else None,
            version=appointment.version if appointment else None,
            patient_id=context.patient.id if context.patient else None,
        ),
    )
