"""What staff may read of the texts with a phone, and which of them wait for a person."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from booking.clinic.actor import Actor
from booking.messaging.inbound_models import InboundMessage
from booking.messaging.kinds import Channel
from booking.messaging.message import MessageState
from booking.messaging.models import Message
from booking.scheduling.visibility import patient_visible_to


def get(session: Session, actor: Actor, sid: str) -> InboundMessage | None:
    """Return a text that came in, or None where there is none that the actor may see."""
    return session.scalar(
        select(InboundMessage).where(
            InboundMessage.sid == sid, patient_visible_to(actor, InboundMessage.patient_id)
        )
    )


def waiting(session: Session, actor: Actor) -> Sequence[InboundMessage]:
    """Return the texts that need a person and that nobody has read, oldest first."""
    return session.scalars(
        select(InboundMessage)
        .where(_waits_for(actor))
        .order_by(InboundMessage.received_at, InboundMessage.sid)
    ).all()


def count_waiting(session: Session, actor: Actor) -> int:
    """Count the texts that need a person and that nobody has read."""
    query = select(func.count()).select_from(InboundMessage).where(_waits_for(actor))
    return session.scalar(query) or 0


def waiting_up_to(
    session: Session, actor: Actor, newest: InboundMessage
) -> Sequence[InboundMessage]:
    """Lock the texts that wait for a person, of the phone of one text: it and those before it."""
    return session.scalars(
        select(InboundMessage)
        .where(
            InboundMessage.phone == newest.phone,
            InboundMessage.received_at <= newest.received_at,
            _waits_for(actor),
        )
        .with_for_update()
    ).all()


def done_lately(session: Session, actor: Actor, limit: int) -> Sequence[InboundMessage]:
    """Return the texts that a person has dealt with, the newest first."""
    return session.scalars(
        select(InboundMessage)
        .where(
            InboundMessage.read_by.is_not(None),
            patient_visible_to(actor, InboundMessage.patient_id),
        )
        .order_by(InboundMessage.received_at.desc(), InboundMessage.sid)
        .limit(limit)
    ).all()


def came_from(session: Session, actor: Actor, phone: str, limit: int) -> Sequence[InboundMessage]:
    """Return the newest texts that came from a phone, the newest first."""
    return session.scalars(
        select(InboundMessage)
        .where(
            InboundMessage.phone == phone,
            patient_visible_to(actor, InboundMessage.patient_id),
        )
        .order_by(InboundMessage.received_at.desc())
        .limit(limit)
    ).all()


def went_to(
    session: Session, actor: Actor, phone: str, now: datetime, limit: int
) -> Sequence[Message]:
    """Return what was due to a phone by now, or left; the message log has what is to come."""
    return session.scalars(
        select(Message)
        .where(
            Message.recipient == phone,
            Message.channel == Channel.SMS,
            Message.due_at <= now,
            Message.state != MessageState.CANCELLED,
            patient_visible_to(actor, Message.patient_id),
        )
        .order_by(Message.due_at.desc())
        .limit(limit)
    ).all()


def _waits_for(actor: Actor) -> ColumnElement[bool]:
    return and_(
        InboundMessage.needs_person,
        InboundMessage.read_by.is_(None),
        patient_visible_to(actor, InboundMessage.patient_id),
    )
