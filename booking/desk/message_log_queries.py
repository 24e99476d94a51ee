"""The message log's queries: messages by what staff asks for, a page at a time."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session, defer

from booking.checkins.models import CheckIn
from booking.clinic.actor import Actor, Everything
from booking.desk.message_query import Cursor, MessageQuery
from booking.messaging.message import MessageState, RepeatedAs
from booking.messaging.models import Message, MessageEvent
from booking.scheduling.models import Appointment
from booking.scheduling.visibility import visible_to


def page(
    session: Session, actor: Actor, sought: MessageQuery, limit: int, after: Cursor | None = None
) -> Sequence[Message]:
    """Return messages that an actor may see, the latest due first, after a place.

    By key and not by number: what is written meanwhile moves no line to another page.
    """
    query = select(Message).where(message_visible_to(actor), *_conditions(sought))
    if after is not None:
        query = query.where(
            # The first condition is all the index needs to begin at the right place.
            Message.due_at <= after.due_at,
            or_(
                Message.due_at < after.due_at,
                and_(Message.due_at == after.due_at, Message.id < after.id),
            ),
        )
    return session.scalars(
        query.order_by(Message.due_at.desc(), Message.id.desc()).limit(limit)
    ).all()


def count_states(
    session: Session, actor: Actor, sought: MessageQuery
) -> Mapping[MessageState, int]:
    """Return how many messages stand in each state; those with none are left out."""
    rows = session.execute(
        select(Message.state, func.count())
        .where(message_visible_to(actor), *_conditions(sought))
        .group_by(Message.state)
    )
    return {state: int(number) for state, number in rows}


def get(session: Session, actor: Actor, message_id: UUID) -> Message | None:
    """Return one message, or None where there is none that the actor may see."""
    return session.scalar(
        select(Message).where(Message.id == message_id, message_visible_to(actor))
    )


def get_for_update(session: Session, actor: Actor, message_id: UUID) -> Message | None:
    """Lock one message, or return None where there is none that the actor may see."""
    return session.scalar(
        select(Message)
        .options(defer(Message.body))
        .where(Message.id == message_id, message_visible_to(actor))
        .with_for_update(of=Message)
    )


def repeat_of(session: Session, message_id: UUID, ways: Collection[RepeatedAs]) -> Message | None:
    """Return a message that was written in the place of another, in one of some ways."""
    return session.scalar(
        select(Message)
        .where(Message.repeats == message_id, Message.repeated_as.in_(ways))
        .order_by(Message.created_at, Message.id)
        .limit(1)
    )


def of_appointment(session: Session, appointment_id: UUID) -> Sequence[Message]:
    """Return the messages of an appointment and of its check-ins, in the order they are due."""
    check_ins = select(CheckIn.id).where(CheckIn.appointment_id == appointment_id)
    return session.scalars(
        select(Message)
        .where(or_(Message.appointment_id == appointment_id, Message.check_in_id.in_(check_ins)))
        .order_by(Message.due_at, Message.created_at, Message.id)
    ).all()


def events_of(session: Session, message_ids: Sequence[UUID]) -> Sequence[MessageEvent]:
    """Return the history of some messages, the oldest step first."""
    return session.scalars(
        select(MessageEvent)
        .where(MessageEvent.message_id.in_(message_ids))
        .order_by(MessageEvent.at, MessageEvent.id)
    ).all()


def message_visible_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a message is about a session that the actor may see.

    Those that are about none are for whoever sees everything.
    """
    if isinstance(actor.sees, Everything):
        return true()
    return Message.appointment_id.in_(select(Appointment.id).where(visible_to(actor)))


def _conditions(sought: MessageQuery) -> list[ColumnElement[bool]]:
    wanted = {
        Message.kind: sought.kind,
        Message.channel: sought.channel,
        Message.lane: None if sought.lane is None else int(sought.lane),
        Message.appointment_id: sought.appointment_id,
    }
    conditions: list[ColumnElement[bool]] = [
        column == value for column, value in wanted.items() if value is not None
    ]
    if sought.states is not None:
        conditions.append(Message.state.in_(sought.states))
    if sought.due_from is not None:
        conditions.append(Message.due_at >= sought.due_from)
    if sought.due_until is not None:
        conditions.append(Message.due_at < sought.due_until)
    return conditions
