"""What tells whether messages get out: the oldest that is due, what waits, what is unknown."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, TextClause, func, or_, select, text, update
from sqlalchemy.orm import Session

from booking.kit.clock_skew import SKEW
from booking.kit.upsert import insert_or_ignore
from booking.messaging.kinds import Channel, Lane, kinds_that
from booking.messaging.message import IS_NOT_ARRIVED, IS_UNSETTLED, MessageState
from booking.messaging.models import Message
from booking.messaging.reason import Reason
from booking.monitoring.models import Heartbeat

TRIED_AGAIN_WITHIN = timedelta(minutes=15)
"""A hand-over that the other side could not take is tried again sooner than this."""
FOUND_OUT_WITHIN = timedelta(minutes=5)
"""Whether the carrier took a text is known sooner, wherever it can be asked."""

_UNWATCHED = kinds_that(lambda rules: not rules.is_watched)
_PENDING = text("message.state = 'pending'")
_UNSETTLED = text(f"message.{IS_UNSETTLED}")
_NOT_ARRIVED = text(f"message.{IS_NOT_ARRIVED}")
"""Written out as the partial indexes have it, so that both databases know them to be enough."""


class Waiting(NamedTuple):
    """How many messages of a channel and lane are due and have not left."""

    channel: Channel
    lane: Lane
    number: int


class Failed(NamedTuple):
    """How many messages failed, when the first and the last did, and the last one's code."""

    number: int
    first: datetime
    last: datetime
    error_code: int | None


def failed_since(
    session: Session, since: datetime, codes: Collection[int], reason: Reason
) -> Failed | None:
    """Return the messages that failed after an instant with one of these codes, or for a reason.

    None where there are none. The alarms' own mails do not count.
    """
    of_these = (
        _NOT_ARRIVED,
        Message.final_at > since,
        or_(Message.error_code.in_(codes), Message.reason == reason),
        Message.kind.not_in(_UNWATCHED),
    )
    number, first, last = session.execute(
        select(
            func.count(Message.id), func.min(Message.final_at), func.max(Message.final_at)
        ).where(*of_these)
    ).one()
    if first is None or last is None:
        return None
    latest = select(Message.error_code).where(*of_these).order_by(Message.final_at.desc()).limit(1)
    return Failed(number, first, last, session.scalar(latest))


def oldest_due(session: Session, now: datetime) -> datetime | None:
    """Return since when the message that has waited longest could have left, or None.

    One that was put off until the morning waits from the morning on; one that is tried again
    and again has waited from the beginning. A text of unknown fate counts once it should have
    been found out about, or has got no further the second time: who answers is not the
    carrier. The alarms' own mails do not count: what they tell of would become news of itself.
    """
    firsts: list[Select[datetime] | Select[datetime | None]] = [
        first
        for channel in Channel
        for lane in Lane
        for first in (_first_due(channel, lane, now), _first_tried_again(channel, lane, now))
    ]
    firsts.append(_first_unknown(now))
    # One statement: each part of it looks at the head of the index of what is pending.
    found = session.execute(select(*(first.scalar_subquery() for first in firsts))).one()
    return min((at for at in found if at is not None), default=None)


def waiting(session: Session, now: datetime) -> list[Waiting]:
    """Return what is due and has not left, by channel and lane."""
    ways = [(channel, lane) for channel in Channel for lane in Lane]
    counts = (
        select(func.count())
        .select_from(Message)
        .where(*_of(channel, lane), Message.next_attempt_at <= now)
        for channel, lane in ways
    )
    found = session.execute(select(*(count.scalar_subquery() for count in counts))).one()
    return [Waiting(*way, number) for way, number in zip(ways, found, strict=True)]


def count_unknown(session: Session) -> int:
    """Return how many texts may or may not have left."""
    return session.scalars(
        select(func.count(Message.id)).where(_UNSETTLED, Message.state == MessageState.UNKNOWN)
    ).one()


class Departure(NamedTuple):
    """A message that was taken: its lane, and when it was due."""

    lane: Lane
    was_due: datetime


def departures(session: Session, taken: Collection[UUID]) -> list[Departure]:
    """Return when some messages were due; what was tried again was from the beginning."""
    if not taken:
        return []
    rows = session.execute(
        select(Message.lane, Message.attempts, Message.due_at, Message.next_attempt_at).where(
            Message.id.in_(taken)
        )
    )
    return [
        Departure(Lane(lane), due_at if attempts > 1 else next_at)
        for lane, attempts, due_at, next_at in rows
    ]


def claim_interval(session: Session, name: str, now: datetime, every: timedelta) -> bool:
    """Take the turn for something that is done at most once in a while; False: it was taken.

    Any number of processes may ask at once, and one gets it.
    """
    if insert_or_ignore(session, Heartbeat, {"name": name, "at": now}, ["name"]):
        return True
    taken = session.execute(
        update(Heartbeat)
        .where(Heartbeat.name == name, or_(Heartbeat.at <= now - every, Heartbeat.at > now + SKEW))
        .values(at=now)
        .returning(Heartbeat.name)
    )
    return taken.first() is not None


def set_last_run(session: Session, name: str, at: datetime) -> None:
    """Note another time for a turn that was just taken."""
    session.execute(update(Heartbeat).where(Heartbeat.name == name).values(at=at))


def _first_due(channel: Channel, lane: Lane, now: datetime) -> Select[datetime]:
    return select(func.min(Message.next_attempt_at)).where(
        *_of(channel, lane), Message.kind.not_in(_UNWATCHED), Message.next_attempt_at <= now
    )


def _first_tried_again(channel: Channel, lane: Lane, now: datetime) -> Select[datetime]:
    return select(func.min(Message.due_at)).where(
        *_of(channel, lane),
        Message.kind.not_in(_UNWATCHED),
        Message.next_attempt_at <= now + TRIED_AGAIN_WITHIN,
        or_(
            Message.send_started_at > now - TRIED_AGAIN_WITHIN,
            Message.reason == Reason.UNRENDERABLE,
        ),
    )


def _first_unknown(now: datetime) -> Select[datetime | None]:
    return select(func.min(Message.send_started_at)).where(
        _UNSETTLED,
        Message.state == MessageState.UNKNOWN,
        or_(Message.send_started_at <= now - FOUND_OUT_WITHIN, Message.attempts > 1),
    )


def _of(channel: Channel, lane: Lane) -> tuple[ColumnElement[bool] | TextClause, ...]:
    """Return the condition of what is pending, in the order of its index."""
    return (_PENDING, Message.channel == channel, Message.lane == int(lane))
