"""Texts that wait behind a sender that a person must let go on."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from booking.messaging.kinds import Channel
from booking.messaging.message import MessageState
from booking.messaging.models import Message, Sender


def any_stopped(session: Session) -> bool:
    """Whether any sender waits for a person."""
    found = session.scalars(select(Sender.address).where(Sender.stopped_at.is_not(None)).limit(1))
    return found.first() is not None


def past_expiry(session: Session, now: datetime, limit: int) -> Sequence[Message]:
    """Lock texts that are due, have not left, and would come too late now."""
    return session.scalars(
        select(Message)
        .where(
            Message.state == MessageState.PENDING,
            Message.channel == Channel.SMS,
            Message.next_attempt_at <= now,
            Message.expires_at <= now,
        )
        .options(defer(Message.body))
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
