"""The queries of links: which were closed, and which messages carried one."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from booking.kit.upsert import insert_or_ignore_all
from booking.messaging.message import NEVER_LEFT
from booking.messaging.models import Message
from booking.scheduling.link_models import ClosedLink


def is_closed(session: Session, appointment_id: UUID, mark: int) -> bool:
    """Whether this link to an appointment was closed."""
    closed = exists().where(ClosedLink.appointment_id == appointment_id, ClosedLink.mark == mark)
    return bool(session.scalar(select(closed)))


def closed_marks(session: Session, appointment_id: UUID) -> frozenset[int]:
    """Return the marks of an appointment's closed links."""
    marks = select(ClosedLink.mark).where(ClosedLink.appointment_id == appointment_id)
    return frozenset(session.scalars(marks))


def sent_about(session: Session, appointment_id: UUID) -> Sequence[Message]:
    """Return the messages about an appointment that left, or may have; the newest first."""
    query = (
        select(Message)
        .where(Message.appointment_id == appointment_id, Message.state.not_in(NEVER_LEFT))
        .order_by(Message.send_started_at.desc(), Message.id)
    )
    return session.scalars(query).all()


def close(session: Session, appointment_id: UUID, marks: Collection[int], now: datetime) -> None:
    """Close links to an appointment and its check-ins; those closed already stay so."""
    rows = [
        {"appointment_id": appointment_id, "mark": mark, "closed_at": now} for mark in sorted(marks)
    ]
    if rows:
        insert_or_ignore_all(session, ClosedLink, rows, ["appointment_id", "mark"])
