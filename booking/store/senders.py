"""The senders our texts come from, and whether one is stopped."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.models import Sender
from booking.store.upsert import insert_or_ignore


def stop(session: Session, address: str, error_code: int | None, now: datetime) -> None:
    """Note that a sender must not be used until a person has mended the set-up."""
    insert_or_ignore(session, Sender, {"address": address}, ["address"])
    sender = session.get_one(Sender, address, with_for_update=True)
    if sender.stopped_at is None:
        sender.stopped_at, sender.error_code = now, error_code


def is_stopped(session: Session, address: str) -> bool:
    """Whether a sender waits for a person."""
    sender = session.get(Sender, address)
    return sender is not None and sender.stopped_at is not None


def resume(session: Session, address: str) -> None:
    """Let a sender go on."""
    sender = session.get(Sender, address, with_for_update=True)
    if sender is not None:
        sender.stopped_at = sender.error_code = None
