"""The ledger's queries: messages by what staff asks for, a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from booking.messaging.message import Channel, Kind, Lane, MessageState
from booking.messaging.models import Message
from booking.scheduling.models import Appointment


class Place(NamedTuple):
    """Where a page of the ledger ends: the next one goes on behind it."""

    due_at: datetime
    id: UUID


@dataclass(frozen=True)
class Sought:
    """What of the ledger is asked for; None asks for all.

    `due_from` is within, `due_until` is not; `therapist_id` leaves only messages about sessions
    with this therapist.
    """

    states: frozenset[MessageState] | None = None
    kind: Kind | None = None
    channel: Channel | None = None
    lane: Lane | None = None
    due_from: datetime | None = None
    due_until: datetime | None = None
    appointment_id: UUID | None = None
    therapist_id: int | None = None


def page(
    session: Session, sought: Sought, limit: int, behind: Place | None = None
) -> Sequence[Message]:
    """Return messages, the latest due first, behind a place.

    By key and not by number: what is written meanwhile moves no line to another page.
    """
    query = select(Message).where(*_conditions(sought))
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


def count_states(session: Session, sought: Sought) -> Mapping[MessageState, int]:
    """Return how many messages stand in each state; those with none are left out."""
    rows = session.execute(
        select(Message.state, func.count()).where(*_conditions(sought)).group_by(Message.state)
    )
    return {state: int(number) for state, number in rows}


def one(session: Session, message_id: UUID, therapist_id: int | None) -> Message | None:
    """Return one message, or None; of a therapist only what is about their sessions."""
    conditions = _conditions(Sought(therapist_id=therapist_id))
    return session.scalar(select(Message).where(Message.id == message_id, *conditions))


def by_key(session: Session, dedupe_key: str) -> Message | None:
    """Return the message of this key, or None."""
    return session.scalar(select(Message).where(Message.dedupe_key == dedupe_key))


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
    if sought.therapist_id is not None:
        theirs = select(Appointment.id).where(Appointment.therapist_id == sought.therapist_id)
        conditions.append(Message.appointment_id.in_(theirs))
    return conditions
