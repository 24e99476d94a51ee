"""What tells whether messages get out: the oldest that is due, what waits, what is unknown."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Select, func, select, text, update
from sqlalchemy.orm import Session

from booking.domain.message import Channel, Kind, Lane, MessageState
from booking.models import Message, Tick
from booking.store.upsert import insert_or_ignore

TRIED_AGAIN_WITHIN = timedelta(minutes=15)
"""A hand-over that the other side could not take is tried again sooner than this."""

_PENDING = text("message.state = 'pending'")
"""Written out, so that both databases know the partial index to be enough."""


class Waiting(NamedTuple):
    """How many messages of a channel and lane are due and have not left."""

    channel: Channel
    lane: Lane
    number: int


def oldest_due(session: Session, now: datetime) -> datetime | None:
    """Return since when the message that has waited longest could have left, or None.

    One that was put off until the morning waits from the morning on; one that is tried again
    and again has waited from the beginning. The alarms' own mails
    do not count: what they tell of would become news of itself.
    """
    firsts = [
        first
        for channel in Channel
        for lane in Lane
        for first in (_first_due(channel, lane, now), _first_tried_again(channel, lane, now))
    ]
    # One statement: each part of it looks at the head of the index of what is pending.
    found = session.execute(select(*(first.scalar_subquery() for first in firsts))).one()
    return min((at for at in found if at is not None), default=None)


def waiting(session: Session, now: datetime) -> list[Waiting]:
    """Return what is due and has not left, by channel and lane."""
    rows = session.execute(
        select(Message.channel, Message.lane, func.count())
        .where(_PENDING, Message.next_attempt_at <= now)
        .group_by(Message.channel, Message.lane)
    )
    return [Waiting(channel, Lane(lane), number) for channel, lane, number in rows]


def count_unknown(session: Session) -> int:
    """Return how many texts may or may not have left."""
    return session.scalars(
        select(func.count(Message.id)).where(Message.state == MessageState.UNKNOWN)
    ).one()


def take_turn(session: Session, name: str, now: datetime, every: timedelta) -> bool:
    """Take the turn for something that is done at most once in a while; False: it was taken.

    Any number of processes may ask at once, and one gets it.
    """
    if insert_or_ignore(session, Tick, {"name": name, "at": now}, ["name"]):
        return True
    taken = session.execute(
        update(Tick)
        .where(Tick.name == name, Tick.at <= now - every)
        .values(at=now)
        .returning(Tick.name)
    )
    return taken.first() is not None


def _first_due(channel: Channel, lane: Lane, now: datetime) -> Select[datetime]:
    return select(func.min(Message.next_attempt_at)).where(
        _PENDING,
        Message.kind != Kind.ALARM,
        Message.channel == channel,
        Message.lane == int(lane),
        Message.next_attempt_at <= now,
    )


def _first_tried_again(channel: Channel, lane: Lane, now: datetime) -> Select[datetime]:
    return select(func.min(Message.due_at)).where(
        _PENDING,
        Message.kind != Kind.ALARM,
        Message.channel == channel,
        Message.lane == int(lane),
        Message.next_attempt_at <= now + TRIED_AGAIN_WITHIN,
        Message.send_started_at > now - TRIED_AGAIN_WITHIN,
    )
