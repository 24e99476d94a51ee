"""Writing messages into the outbox, in the transaction of whatever causes them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.ids import new_id
from booking.kit.upsert import insert_or_ignore, insert_or_ignore_all
from booking.messaging import queries as message_store
from booking.messaging.kinds import Channel, Kind, Lane, kept_as, lane_of
from booking.messaging.message import MessageEventType, MessageState, RepeatedAs, dedupe_key
from booking.messaging.models import Message
from booking.messaging.reason import Reason
from booking.messaging.rules.recipient import counted_as
from booking.messaging.transitions import transition

ANSWER_TEXT_TTL = timedelta(hours=2)
"""An answer by text that comes later than this only confuses."""
MAIL_TTL = timedelta(days=2)


@dataclass(frozen=True)
class NewMessage:
    """A message to be written: to whom, what about, when due, and until when worth sending."""

    kind: Kind
    channel: Channel
    recipient: str
    language: str
    zone: str
    due_at: datetime
    expires_at: datetime
    subject: UUID | str
    parts: tuple[object, ...] = ()
    appointment_id: UUID | None = None
    version: int | None = None
    """Of the appointment, as the message tells of it."""
    check_in_id: UUID | None = None
    patient_id: UUID | None = None
    variables: dict[str, Any] = field(default_factory=dict)
    body: str | None = None
    """What a person wrote; every other message is made from its template as it leaves."""
    lane: Lane | None = None
    """Where it is another than its kind's."""
    repeats: UUID | None = None
    """The message that did not arrive, where this one is written in its place."""
    repeated_as: RepeatedAs | None = None
    lead_hours: int | None = None
    by_web: bool = False
    """Whether a patient's act on the web set it off: then it counts, and may have to wait."""


def queue(uow: UnitOfWork, message: NewMessage) -> bool:
    """Write a message unless the same one was written before; False then."""
    return insert_or_ignore(uow.session, Message, _row(message, uow.now), ["dedupe_key"])


def queue_all(uow: UnitOfWork, messages: Sequence[NewMessage]) -> None:
    """Write several messages with one statement, except those that were written before."""
    if messages:
        rows = [_row(message, uow.now) for message in messages]
        insert_or_ignore_all(uow.session, Message, rows, ["dedupe_key"])


def _key(message: NewMessage) -> str:
    return dedupe_key(kept_as(message.kind), message.channel, message.subject, *message.parts)


def _row(message: NewMessage, now: datetime) -> dict[str, Any]:
    lane = lane_of(message.kind) if message.lane is None else message.lane
    kind = kept_as(message.kind)
    return {
        "id": new_id(),
        "dedupe_key": _key(message),
        "kind": kind,
        "sealed_kind": message.kind if kind is not message.kind else None,
        "channel": message.channel,
        "lane": int(lane),
        "appointment_id": message.appointment_id,
        "appointment_version": message.version,
        "check_in_id": message.check_in_id,
        "patient_id": message.patient_id,
        "recipient": message.recipient,
        "counted_as": counted_as(message.recipient) if message.by_web else None,
        "language": message.language,
        "zone": message.zone,
        "repeats": message.repeats,
        "repeated_as": message.repeated_as,
        "lead_hours": message.lead_hours,
        "variables": message.variables,
        "body": message.body,
        "due_at": message.due_at,
        "expires_at": message.expires_at,
        "next_attempt_at": message.due_at,
        "state": MessageState.PENDING,
        "created_at": now,
    }


def cancel_pending(
    uow: UnitOfWork,
    appointment_id: UUID,
    *,
    reason: Reason,
    kinds: Collection[Kind] | None = None,
) -> int:
    """Cancel what has not begun to leave about an appointment; returns how many."""
    called_off = message_store.unsent_of(uow.session, appointment_id, kinds)
    for message in called_off:
        cancel(uow, message, reason=reason)
    return len(called_off)


def cancel(uow: UnitOfWork, message: Message, *, reason: Reason) -> None:
    """Keep a message that has not begun to leave from leaving."""
    transition(uow, message, MessageState.CANCELLED, event=MessageEventType.CANCELLED, why=reason)


def send_as(uow: UnitOfWork, message: Message, other: NewMessage) -> None:
    """Let a message that waits go as another would: the same message, so that it goes once."""
    message.channel, message.recipient = other.channel, other.recipient
    message.dedupe_key = _key(other)
    is_text = other.channel is Channel.SMS
    event = MessageEventType.SENT_BY_TEXT if is_text else MessageEventType.SENT_BY_MAIL
    message_store.add_event(uow, message, event)
