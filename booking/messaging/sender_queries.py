"""The senders our texts come from: whether one may send, and how fast."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from booking.kit.upsert import insert_or_ignore
from booking.messaging.models import Sender
from booking.messaging.rules.token_bucket import Bucket

RESTED = timedelta(days=1)
"""A sender not heard of before has had all the time to fill its bucket."""


def get(session: Session, address: str) -> Sender | None:
    """Return a sender; None while nothing was sent from it."""
    return session.get(Sender, address)


def locked(session: Session, address: str, now: datetime) -> Sender:
    """Return a sender that nobody else can spend from until this transaction ends."""
    sender = session.get(Sender, address, with_for_update=True)
    if sender is None:
        insert_or_ignore(
            session,
            Sender,
            {"address": address, "tokens": 0.0, "refilled_at": now - RESTED},
            ["address"],
        )
        sender = session.get_one(Sender, address, with_for_update=True)
    return sender


def bucket_of(sender: Sender) -> Bucket:
    """Return what a sender may spend."""
    return Bucket(sender.tokens, sender.refilled_at)


def keep_bucket(sender: Sender, bucket: Bucket) -> None:
    """Keep what is left."""
    sender.tokens, sender.refilled_at = bucket.tokens, bucket.refilled_at


def stop(session: Session, address: str, error_code: int | None, now: datetime) -> None:
    """Note that a sender must not be used until a person has mended the set-up."""
    sender = locked(session, address, now)
    if sender.stopped_at is None:
        sender.stopped_at, sender.error_code = now, error_code


def pause(session: Session, address: str, until: datetime, now: datetime) -> None:
    """Note that the carrier asked for silence until an instant."""
    sender = locked(session, address, now)
    if sender.paused_until is None or sender.paused_until < until:
        sender.paused_until = until


def resume(session: Session, address: str, now: datetime) -> None:
    """Let a sender go on after a person has mended the set-up."""
    sender = locked(session, address, now)
    sender.stopped_at = sender.error_code = None


def is_stopped(session: Session, address: str) -> bool:
    """Whether a sender waits for a person."""
    sender = session.get(Sender, address)
    return sender is not None and sender.stopped_at is not None
