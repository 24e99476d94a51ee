"""The ledger: every message of an appointment and of a patient, with what became of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from booking.domain.errors import NotFound
from booking.models.check_in import CheckIn
from booking.models.conversation import InboundMessage
from booking.models.message import Message, MessageEvent


def of_appointment(session: Session, appointment_id: UUID) -> list[Message]:
    """Return the messages of an appointment and of its check-ins, in the order they are due."""
    check_ins = select(CheckIn.id).where(CheckIn.appointment_id == appointment_id)
    return list(
        session.scalars(
            select(Message)
            .where(
                or_(
                    Message.appointment_id == appointment_id,
                    Message.check_in_id.in_(check_ins),
                )
            )
            .order_by(Message.due_at, Message.created_at, Message.id)
        )
    )


def events_of(
    session: Session, messages: Sequence[Message]
) -> Mapping[UUID, Sequence[MessageEvent]]:
    """Return the history of each of these messages by its id, oldest step first."""
    history: dict[UUID, list[MessageEvent]] = defaultdict(list)
    for step in session.scalars(
        select(MessageEvent)
        .where(MessageEvent.message_id.in_([message.id for message in messages]))
        .order_by(MessageEvent.at, MessageEvent.id)
    ):
        history[step.message_id].append(step)
    return {message.id: history[message.id] for message in messages}


def inbound_of_patient(session: Session, patient_id: UUID) -> list[InboundMessage]:
    """Return the texts a patient sent, newest first."""
    return list(
        session.scalars(
            select(InboundMessage)
            .where(InboundMessage.patient_id == patient_id)
            .order_by(InboundMessage.received_at.desc(), InboundMessage.sid)
        )
    )


def waiting_for_person(session: Session) -> list[InboundMessage]:
    """Return the texts that need a person and that nobody has read, oldest first."""
    return list(
        session.scalars(
            select(InboundMessage)
            .where(InboundMessage.needs_person, InboundMessage.read_by.is_(None))
            .order_by(InboundMessage.received_at, InboundMessage.sid)
        )
    )


def mark_read(session: Session, sid: str, *, user_id: UUID) -> InboundMessage:
    """Note that a person has read a text; the first one stays named. Raises NotFound."""
    text = session.get(InboundMessage, sid, with_for_update=True)
    if text is None:
        raise NotFound("There is no such text.")
    if text.read_by is None:
        text.read_by = user_id
    return text
