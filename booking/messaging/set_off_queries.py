"""Messages that acts on the web set off, by when they left: to whom, about what, and in all."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.clinic.policy import DAY, HOUR
from booking.kit.any_of import among
from booking.messaging.kinds import Channel
from booking.messaging.message import UNSENT
from booking.messaging.models import Message


class Used(NamedTuple):
    """How many left within an hour, and within a day."""

    in_hour: int
    in_day: int


_LEFT = Message.state.not_in(UNSENT)
"""One that is tried again has not left yet; one that failed has, and the carrier may charge it."""


def to_each(
    session: Session, recipients: Collection[str], now: datetime
) -> dict[str, list[datetime]]:
    """Return when messages left for some recipients within a day."""
    if not recipients:
        return {}
    found: dict[str, list[datetime]] = {}
    rows = session.execute(
        select(Message.counted_as, Message.send_started_at).where(
            among(session, Message.counted_as, recipients),
            Message.send_started_at > now - DAY,
            _LEFT,
        )
    )
    for recipient, at in rows:
        if recipient is not None and at is not None:
            found.setdefault(recipient, []).append(at)
    return found


def about_each(
    session: Session, appointment_ids: Collection[UUID], now: datetime
) -> dict[tuple[UUID, Channel], list[datetime]]:
    """Return when messages left about some appointments within a day."""
    if not appointment_ids:
        return {}
    found: dict[tuple[UUID, Channel], list[datetime]] = {}
    rows = session.execute(
        select(Message.appointment_id, Message.channel, Message.send_started_at).where(
            among(session, Message.appointment_id, appointment_ids),
            Message.counted_as.is_not(None),
            Message.send_started_at > now - DAY,
            _LEFT,
        )
    )
    for appointment_id, channel, at in rows:
        if appointment_id is not None and at is not None:
            found.setdefault((appointment_id, channel), []).append(at)
    return found


def in_all(session: Session, channel: Channel, now: datetime) -> Used:
    """Count all that left within an hour and a day."""
    counts = session.execute(
        select(func.count().filter(Message.send_started_at > now - HOUR), func.count()).where(
            Message.counted_as.is_not(None),
            Message.channel == channel,
            Message.send_started_at > now - DAY,
            _LEFT,
        )
    ).one()
    return Used(*counts)
