"""What was written by a clock that was ahead, in a few statements whatever the number of rows."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.kit.clock_skew import SKEW
from booking.messaging.message import LEASED, MessageState
from booking.messaging.models import Message, Sender


def end_leases(session: Session, longest: timedelta, now: datetime) -> None:
    """End the leases that reach further than any can that was taken by now."""
    session.execute(
        update(Message)
        .where(Message.state.in_(LEASED), Message.lease_until > now + longest + SKEW)
        .values(lease_until=now)
    )


def bring_forward(session: Session, soon: timedelta, now: datetime) -> None:
    """Make due what was tried, or written to leave soon, by the clock that was ahead.

    What was written for a day to come keeps its time: that is a time of its own.
    """
    # Those that are held too: with their lease they come back, to wait as they did before.
    waiting = (Message.state.in_(LEASED | {MessageState.PENDING}), Message.next_attempt_at > now)
    session.execute(
        update(Message)
        .where(*waiting, Message.send_started_at > now + SKEW)
        .values(next_attempt_at=now)
    )
    written = session.execute(
        select(Message.id, Message.due_at, Message.created_at).where(
            *waiting, Message.created_at > now + SKEW
        )
    )
    for message_id, due_at, created_at in written.all():
        if due_at - created_at <= soon:
            session.execute(
                update(Message)
                .where(Message.id == message_id)
                .values(next_attempt_at=now + max(due_at - created_at, timedelta(0)))
            )


def search_again(session: Session, started_at: datetime, now: datetime) -> None:
    """Have texts of unknown fate looked for, among all that the carrier took since an instant."""
    session.execute(
        update(Message)
        .where(Message.state == MessageState.UNKNOWN, Message.send_started_at > now + SKEW)
        .values(send_started_at=started_at, checked_at=now)
    )


def free_senders(session: Session, longest_pause: timedelta, now: datetime) -> None:
    """Let buckets fill again, and end pauses that are longer than any can be."""
    session.execute(update(Sender).where(Sender.refilled_at > now + SKEW).values(refilled_at=now))
    session.execute(
        update(Sender)
        .where(Sender.paused_until > now + longest_pause + SKEW)
        .values(paused_until=None)
    )
