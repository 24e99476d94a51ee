"""Messages by the batch, past the session: a few statements, however many there are."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, insert, literal, select, update
from sqlalchemy.orm import Session

from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.any_of import among
from booking.messaging.kinds import Channel, Lane
from booking.messaging.message import MessageEventType, MessageState
from booking.messaging.models import Message, MessageEvent


def lanes_due(session: Session, channel: Channel, now: datetime) -> list[Lane]:
    """Return the lanes that have anything due, the most urgent first, in one statement.

    By the earliest of each lane, which is the first entry of an index whatever the instant;
    asked whether any is due, a database may prefer to read the whole table.
    """
    earliest = [
        select(func.min(Message.next_attempt_at)).where(*_waiting(channel, lane)).scalar_subquery()
        for lane in Lane
    ]
    found = session.execute(select(*earliest)).one()
    return [lane for lane, at in zip(Lane, found, strict=True) if at is not None and at <= now]


def due(
    session: Session, channel: Channel, lane: Lane, now: datetime, limit: int
) -> Sequence[UUID]:
    """Lock the pending messages of a lane that are due, the nearest deadline first.

    Rows another sender holds are skipped.
    """
    return session.scalars(
        select(Message.id)
        .where(*_waiting(channel, lane), Message.next_attempt_at <= now)
        .order_by(Message.expires_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def states_of(session: Session, ids: Collection[UUID]) -> list[tuple[UUID, MessageState]]:
    """Lock messages, always in the same order, and return where each of them stands."""
    rows = session.execute(
        select(Message.id, Message.state)
        .where(among(session, Message.id, ids))
        .order_by(Message.id)
        .with_for_update()
    )
    return [(message_id, state) for message_id, state in rows]


def change(
    session: Session,
    ids: Collection[UUID],
    states: Collection[MessageState],
    values: Mapping[str, Any],
    *conditions: ColumnElement[bool],
) -> int:
    """Change those of some messages that are in one of some states; returns how many."""
    changed = session.connection().execute(
        update(Message)
        .where(among(session, Message.id, ids), Message.state.in_(states), *conditions)
        .values(**values)
    )
    return changed.rowcount


def fill_in(
    session: Session,
    ids: Iterable[UUID],
    sids: Mapping[UUID, str | None],
    values: Mapping[str, Any],
) -> None:
    """Give locked messages the ids they lack, and the same values."""
    rows = [{"its_id": one, "its_sid": sids[one]} for one in ids]
    if not rows:
        return
    sid = bindparam("its_sid", type_=Message.provider_sid.type)
    session.connection().execute(
        update(Message)
        .where(Message.id == bindparam("its_id"))
        .values(provider_sid=func.coalesce(Message.provider_sid, sid), **values),
        rows,
    )


def add_events(
    uow: UnitOfWork,
    ids: Collection[UUID],
    event: MessageEventType,
    state: MessageState,
    **detail: Any,
) -> None:
    """Add the same line to the history of many messages."""
    if not ids:
        return
    line = (uow.now, event.value, event, state, detail)
    columns = (
        MessageEvent.at,
        MessageEvent.what,
        MessageEvent.type,
        MessageEvent.state,
        MessageEvent.detail,
    )
    told = (literal(value, column.type) for value, column in zip(line, columns, strict=True))
    lines = select(Message.id, *told).where(among(uow.session, Message.id, ids))
    names = [MessageEvent.message_id, *columns]
    uow.session.connection().execute(insert(MessageEvent).from_select(names, lines))


def _waiting(channel: Channel, lane: Lane) -> tuple[ColumnElement[bool], ...]:
    # Written out, not passed: a prepared statement has to see that the index of what is pending
    # serves it.
    pending = literal(MessageState.PENDING, Message.state.type, literal_execute=True)
    return (
        Message.state == pending,
        Message.channel == channel,
        Message.lane == int(lane),
    )
