"""The outbox: messages by what they wait for."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, defer

from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.any_of import among
from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import (
    FINAL,
    LEASED,
    NOT_ARRIVED,
    TAKEN,
    UNSENT,
    MessageEventType,
    MessageState,
)
from booking.messaging.models import Message, MessageEvent

_MESSAGES = select(Message).options(defer(Message.body))
"""What a person wrote is read where it is needed: words that cannot be decrypted any more must
not keep a phone's opt-out, or a whole batch, from going through."""


def add_event(uow: UnitOfWork, message: Message, event: MessageEventType, **detail: Any) -> None:
    """Add a line to a message's history, with the state it is in."""
    uow.session.add(
        MessageEvent(
            message_id=message.id,
            at=uow.now,
            what=event.value,
            type=event,
            state=message.state,
            detail=detail,
        )
    )


def get_one(session: Session, message_id: UUID) -> Message:
    """Return a message that must be there; one the session has is not read again."""
    return session.get_one(Message, message_id)


def sent_times(
    session: Session, phones: Collection[str], kinds: Collection[Kind], since: datetime
) -> dict[str, list[datetime]]:
    """Return when texts of some kinds left for some phones, or may have left."""
    if not phones:
        return {}
    rows = session.execute(
        select(Message.recipient, Message.send_started_at).where(
            among(session, Message.recipient, phones),
            Message.channel == Channel.SMS,
            Message.kind.in_(kinds),
            Message.send_started_at > since,
            # One that never arrived is none too many: its second attempt may still go.
            Message.state.not_in(UNSENT | NOT_ARRIVED),
        )
    )
    found: dict[str, list[datetime]] = {}
    for phone, at in rows:
        if at is not None:
            found.setdefault(phone, []).append(at)
    return found


def by_ids_for_update(session: Session, ids: Collection[UUID]) -> Sequence[Message]:
    """Lock messages by id, always in the same order."""
    if not ids:
        return ()
    return session.scalars(
        _MESSAGES.where(among(session, Message.id, ids)).order_by(Message.id).with_for_update()
    ).all()


def get_for_update(session: Session, message_id: UUID) -> Message | None:
    """Lock one message."""
    return session.scalar(_MESSAGES.where(Message.id == message_id).with_for_update())


def by_sid(session: Session, sid: str) -> Message | None:
    """Lock the message the carrier knows by this id."""
    return session.scalar(_MESSAGES.where(Message.provider_sid == sid).with_for_update())


def unsent_of(
    session: Session, appointment_id: UUID, kinds: Collection[Kind] | None = None
) -> Sequence[Message]:
    """Lock the messages of an appointment that have not begun to leave."""
    query = _MESSAGES.where(Message.appointment_id == appointment_id, Message.state.in_(UNSENT))
    if kinds is not None:
        query = query.where(Message.kind.in_(kinds))
    return session.scalars(query.order_by(Message.id).with_for_update()).all()


def unsent_texts_to(session: Session, phone: str) -> Sequence[Message]:
    """Lock the texts to a phone that have not begun to leave."""
    return session.scalars(
        _MESSAGES.where(Message.recipient == phone, Message.state.in_(UNSENT))
        .order_by(Message.id)
        .with_for_update()
    ).all()


def unknown_texts(
    session: Session, started_before: datetime, checked_before: datetime, limit: int
) -> Sequence[Message]:
    """Lock texts of unknown fate that were not searched for lately."""
    return _texts_to_check(
        session,
        limit,
        Message.state == MessageState.UNKNOWN,
        Message.send_started_at <= started_before,
        Message.checked_at.is_(None) | (Message.checked_at <= checked_before),
    )


def texts_without_end(session: Session, before: datetime, limit: int) -> Sequence[Message]:
    """Lock texts the carrier took a while ago and has not told the end of."""
    return _texts_to_check(
        session,
        limit,
        Message.state.in_(TAKEN - FINAL),
        Message.send_started_at <= before,
        Message.checked_at.is_(None) | (Message.checked_at <= before),
    )


def _texts_to_check(
    session: Session, limit: int, *conditions: ColumnElement[bool]
) -> Sequence[Message]:
    return session.scalars(
        _MESSAGES.where(Message.channel == Channel.SMS, *conditions)
        .order_by(Message.send_started_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def lapsed_leases(session: Session, now: datetime, limit: int) -> Sequence[Message]:
    """Lock the messages whose sender has gone quiet."""
    return session.scalars(
        _MESSAGES.where(
            Message.state.in_(LEASED),
            Message.lease_until <= now,
        )
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
