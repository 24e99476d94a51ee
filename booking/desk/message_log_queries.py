"""The message log's queries: messages by what staff asks for, a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session, defer

from booking.clinic.actor import Actor, Everything
from booking.messaging.kinds import Channel, Kind, Lane
from booking.messaging.message import MessageState
from booking.messaging.models import Message
from booking.scheduling.models import Appointment
from booking.scheduling.visibility import visible_to


class Place(NamedTuple):
    """Where a page of the message log ends: the next one goes on behind it."""

    due_at: datetime
    id: UUID


@dataclass(frozen=True)
class Sought:
    """What of the message log is asked for; None asks for all.

    `due_from` is within, `due_until` is not.
    """

    states: frozenset[MessageState] | None = None
    kind: Kind | None = None
    channel: Channel | None = None
    lane: Lane | None = None
    due_from: datetime | None = None
    due_until: datetime | None = None
    appointment_id: UUID | None = None


def page(
    session: Session, actor: Actor, sought: Sought, limit: int, behind: Place | None = None
) -> Sequence[Message]:
    """Return messages that an actor may see, the latest due first, behind a place.

    By key and not by number: what is written meanwhile moves no line to another page.
    """
    query = select(Message).where(message_visible_to(actor), *_conditions(sought))
    if behind is not None:
        query = query.where(
            # The first condition is all the index needs to begin at the right place.
            Message.due_at <= behind.due_at,
            or_(
                Message.due_at < behind.due_at,
                and_(Message.due_at == behind.due_at, Message.id < behind.id),
            ),
        )
    return session.scalars(
        query.order_by(Message.due_at.desc(), Message.id.desc()).limit(limit)
    ).all()


def count_states(session: Session, actor: Actor, sought: Sought) -> Mapping[MessageState, int]:
    """Return how many messages stand in each state; those with none are left out."""
    rows = session.execute(
        select(Message.state, func.count())
        .where(message_visible_to(actor), *_conditions(sought))
        .group_by(Message.state)
    )
    return {state: int(number) for state, number in rows}


def one(session: Session, actor: Actor, message_id: UUID) -> Message | None:
    """Return one message, or None where there is none that the actor may see."""
    return session.scalar(
        select(Message).where(Message.id == message_id, message_visible_to(actor))
    )


def locked(session: Session, actor: Actor, message_id: UUID) -> Message | None:
    """Lock one message, or return None where there is none that the actor may see."""
    return session.scalar(
        select(Message)
        .options(defer(Message.words))
        .where(Message.id == message_id, message_visible_to(actor))
        .with_for_update(of=Message)
    )


def by_key(session: Session, dedupe_key: str) -> Message | None:
    """Return the message of this key, or None."""
    return session.scalar(select(Message).where(Message.dedupe_key == dedupe_key))


def message_visible_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a message is about a session that the actor may see.

    Those that are about none are for whoever sees everything.
    """
    if isinstance(actor.sees, Everything):
        return true()
    return Message.appointment_id.in_(select(Appointment.id).where(visible_to(actor)))


def _conditions(sought: Sought) -> list[ColumnElement[bool]]:
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
