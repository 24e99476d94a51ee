"""Texts from patients, and how much we have said to a phone lately."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.domain.message import Channel, Lane
from booking.models import InboundMessage, Message
from booking.store.upsert import insert_or_ignore


def keep(session: Session, values: dict[str, Any]) -> InboundMessage | None:
    """Keep a text under the carrier's id; None when it was kept before."""
    if not insert_or_ignore(session, InboundMessage, values, ["sid"]):
        return None
    return session.get_one(InboundMessage, values["sid"])


def answers_since(session: Session, phone: str, since: datetime) -> int:
    """Count the automatic answers written to a phone since an instant."""
    return session.scalars(
        select(func.count(Message.id)).where(
            Message.recipient == phone,
            Message.channel == Channel.SMS,
            Message.lane == int(Lane.ANSWERS),
            Message.created_at > since,
        )
    ).one()


def clarifications_of(session: Session, question_id: UUID) -> int:
    """Count how often an answer to a question was not understood."""
    return session.scalars(
        select(func.count(InboundMessage.sid)).where(
            InboundMessage.question_id == question_id, InboundMessage.meaning == "unclear"
        )
    ).one()
