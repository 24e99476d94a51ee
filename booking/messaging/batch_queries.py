"""Messages by the batch: claimed, started and accepted in a few statements, however many.

These write past the session. As objects, the rows and lines of history of one send would cost
several times what the rest of it does.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, insert, literal, select, update
from sqlalchemy.orm import Session

from booking.kit.any_of import among
from booking.messaging.kinds import Channel, Lane
from booking.messaging.message import MessageState
from booking.messaging.models import Message, MessageEvent

_AWAITED = frozenset({MessageState.SENDING, MessageState.UNKNOWN})
"""Handed over, and nothing heard of it yet."""


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


@dataclass(frozen=True)
class Lease:
    """Who has claimed a message, and until when nobody else may."""

    owner: str
    until: datetime


def claim(
    session: Session, channel: Channel, lane: Lane, lease: Lease, *, now: datetime, limit: int
) -> Sequence[UUID]:
    """Lease the pending messages of a lane that are due, the nearest deadline first.

    Rows another sender holds are skipped, so any number of senders may ask at once.
    """
    ids = session.scalars(
        select(Message.id)
        .where(*_waiting(channel, lane), Message.next_attempt_at <= now)
        .order_by(Message.expires_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    if ids:
        session.connection().execute(
            update(Message)
            .where(among(session, Message.id, ids))
            .values(state=MessageState.CLAIMED, lease_owner=lease.owner, lease_until=lease.until)
        )
        record(session, ids, "claimed", MessageState.CLAIMED, now, owner=lease.owner)
    return ids


def accept(session: Session, sids: Mapping[UUID, str | None], now: datetime) -> None:
    """Note that the other side took some messages, each with the id it gave it.

    Where a report was faster than the answer to our call, it knows at least as much: then only
    a missing id is filled in.
    """
    if not sids:
        return
    standing = session.execute(
        select(Message.id, Message.state)
        .where(among(session, Message.id, sids))
        .order_by(Message.id)
        .with_for_update()
    ).all()
    awaited = [one for one, state in standing if state in _AWAITED]
    reported = [one for one, state in standing if state not in _AWAITED]
    _fill_in(session, reported, sids)
    _fill_in(
        session,
        awaited,
        sids,
        state=MessageState.ACCEPTED,
        accepted_at=now,
        lease_owner=None,
        lease_until=None,
        # What an earlier attempt met is no news of this one; the history keeps it.
        error_code=None,
        reason=None,
    )
    record(session, awaited, "accepted", MessageState.ACCEPTED, now)


def lay_aside(
    session: Session, message_id: UUID, owner: str, reason: str, *, until: datetime, now: datetime
) -> MessageState | None:
    """Put off a message that a sender holds and cannot even read, or fail it if that is too late.

    Returns its new state, or None where the sender does not hold it.
    """
    in_time = Message.expires_at > until
    ends: tuple[tuple[MessageState, ColumnElement[bool], dict[str, Any]], ...] = (
        (MessageState.PENDING, in_time, {"next_attempt_at": until}),
        (MessageState.FAILED, ~in_time, {"final_at": now}),
    )
    for state, applies, values in ends:
        changed = session.connection().execute(
            update(Message)
            .where(
                Message.id == message_id,
                Message.state == MessageState.CLAIMED,
                Message.lease_owner == owner,
                applies,
            )
            .values(state=state, reason=reason, lease_owner=None, lease_until=None, **values)
        )
        if changed.rowcount == 1:
            return state
    return None


def record(
    session: Session,
    ids: Collection[UUID],
    what: str,
    state: MessageState,
    now: datetime,
    **detail: Any,
) -> None:
    """Add the same line to the history of many messages."""
    if not ids:
        return
    line = {"at": now, "what": what, "state": state, "detail": detail}
    columns = MessageEvent.__table__.columns
    lines = select(
        Message.id, *(literal(value, columns[name].type) for name, value in line.items())
    ).where(among(session, Message.id, ids))
    session.connection().execute(insert(MessageEvent).from_select(["message_id", *line], lines))


def _waiting(channel: Channel, lane: Lane) -> tuple[ColumnElement[bool], ...]:
    # Written out, not passed: a prepared statement has to see that the index of what is pending
    # serves it.
    pending = literal(MessageState.PENDING, Message.state.type, literal_execute=True)
    return (
        Message.state == pending,
        Message.channel == channel,
        Message.lane == int(lane),
    )


def _fill_in(
    session: Session, ids: Iterable[UUID], sids: Mapping[UUID, str | None], **values: Any
) -> None:
    """Give messages the ids they lack, and the same values."""
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
