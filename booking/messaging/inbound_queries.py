"""Texts from patients, and how much we have said to a phone lately."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.kit.advisory_locks import LockSpace, lock_keys
from booking.kit.any_of import among
from booking.kit.upsert import insert_or_ignore
from booking.messaging.inbound_models import InboundMessage
from booking.messaging.kinds import FREE_TEXT, Channel, Kind, Lane
from booking.messaging.meaning import Meaning
from booking.messaging.models import Message


def insert(session: Session, values: dict[str, Any]) -> bool:
    """Keep a text under the carrier's id; False when it was kept before."""
    return insert_or_ignore(session, InboundMessage, values, ["sid"])


def waiting(session: Session, sid: str) -> InboundMessage | None:
    """Lock a text that was kept and not acted on; None where somebody is or was faster."""
    return session.scalar(
        select(InboundMessage)
        .where(InboundMessage.sid == sid, InboundMessage.handled_at.is_(None))
        .with_for_update(skip_locked=True)
    )


def by_sids(session: Session, sids: Collection[str]) -> Sequence[InboundMessage]:
    """Return texts by the carrier's ids."""
    return session.scalars(select(InboundMessage).where(InboundMessage.sid.in_(sids))).all()


def lock_phone(session: Session, phone: str) -> None:
    """Wait until no other text of this phone is being acted on; it holds until the commit."""
    lock_keys(session, LockSpace.REPLIES, [phone])


def texts_of_ours(session: Session, phone: str, digests: Collection[str]) -> set[str]:
    """Return those of some digests that are of texts to a phone which no person wrote."""
    if not digests:
        return set()
    return {
        digest
        for digest in session.scalars(
            select(Message.body_digest).where(
                Message.recipient == phone,
                Message.channel == Channel.SMS,
                Message.kind.not_in(FREE_TEXT),
                among(session, Message.body_digest, digests),
            )
        )
        if digest is not None
    }


def waiting_since(session: Session, before: datetime, limit: int) -> Sequence[str]:
    """Return the ids of texts kept before an instant and not acted on."""
    return session.scalars(
        select(InboundMessage.sid)
        .where(InboundMessage.handled_at.is_(None), InboundMessage.received_at <= before)
        .order_by(InboundMessage.received_at)
        .limit(limit)
    ).all()


def answers_since(session: Session, phone: str, since: datetime) -> int:
    """Count the automatic answers written to a phone since an instant."""
    return session.scalars(
        select(func.count(Message.id)).where(
            Message.recipient == phone,
            Message.channel == Channel.SMS,
            Message.lane == int(Lane.ANSWERS),
            Message.kind.not_in(FREE_TEXT),
            Message.created_at > since,
        )
    ).one()


def was_texted(session: Session, phone: str, kind: Kind, since: datetime) -> bool:
    """Whether a text of a kind was written to a phone since an instant, whatever became of it."""
    return (
        session.scalar(
            select(Message.id)
            .where(
                Message.recipient == phone,
                Message.channel == Channel.SMS,
                Message.kind == kind,
                Message.created_at > since,
            )
            .limit(1)
        )
        is not None
    )


def clarifications_of(session: Session, question_id: UUID) -> int:
    """Count how often an answer to a question was not understood."""
    # How a text was read is encrypted; those to one question are few.
    meanings = session.scalars(
        select(InboundMessage.meaning).where(InboundMessage.question_id == question_id)
    )
    return sum(meaning is Meaning.UNCLEAR for meaning in meanings)
