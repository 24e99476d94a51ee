"""Writing messages into the outbox, in the transaction of whatever causes them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from booking.checkins.models import CheckIn
from booking.kit.ids import new_id
from booking.kit.upsert import insert_or_ignore
from booking.messaging import queries as message_store
from booking.messaging.message import (
    Channel,
    Kind,
    Lane,
    MessageState,
    dedupe_key,
    kept_as,
    lane_of,
    may_become,
)
from booking.messaging.models import Message
from booking.messaging.recipient import counted_as
from booking.patients.models import Patient
from booking.scheduling.models import Appointment

ANSWER_TEXT_KEEPS = timedelta(hours=2)
"""An answer by text that comes later than this only confuses."""
MAIL_KEEPS = timedelta(days=2)
SAY_HOW_TEXTS_COME_AGAIN = frozenset({Kind.CONFIRMATION, Kind.REQUEST_RECEIVED})
"""Mails of a booking, with which the patient has just agreed to texts, or not."""


@dataclass(frozen=True)
class Draft:
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
    appointment: Appointment | None = None
    check_in: CheckIn | None = None
    patient_id: UUID | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    words: str | None = None
    """What a person wrote; every other message is made from its template as it leaves."""
    lane: Lane | None = None
    """Where it is another than its kind's."""
    by_web: bool = False
    """Whether a patient's act on the web set it off: then it counts, and may have to wait."""


def queue(session: Session, draft: Draft, *, now: datetime) -> bool:
    """Write a message unless the same one was written before; False then."""
    appointment = draft.appointment
    lane = lane_of(draft.kind) if draft.lane is None else draft.lane
    kind = kept_as(draft.kind)
    key = dedupe_key(kind, draft.channel, draft.subject, *draft.parts)
    return insert_or_ignore(
        session,
        Message,
        {
            "id": new_id(),
            "dedupe_key": key,
            "kind": kind,
            "sealed_kind": draft.kind if kind is not draft.kind else None,
            "channel": draft.channel,
            "lane": int(lane),
            "appointment_id": appointment.id if appointment else None,
            "appointment_version": appointment.version if appointment else None,
            "check_in_id": draft.check_in.id if draft.check_in else None,
            "patient_id": draft.patient_id,
            "recipient": draft.recipient,
            "counted_as": counted_as(draft.recipient) if draft.by_web else None,
            "language": draft.language,
            "zone": draft.zone,
            "facts": draft.facts,
            "words": draft.words,
            "due_at": draft.due_at,
            "expires_at": draft.expires_at,
            "next_attempt_at": draft.due_at,
            "state": MessageState.PENDING,
            "created_at": now,
        },
        ["dedupe_key"],
    )


def call_off(
    session: Session,
    appointment_id: UUID,
    *,
    reason: str,
    now: datetime,
    kinds: Collection[Kind] | None = None,
) -> int:
    """Cancel what has not begun to leave about an appointment; returns how many."""
    called_off = message_store.unsent_of(session, appointment_id, kinds)
    for message in called_off:
        if may_become(message.state, MessageState.CANCELLED):
            message_store.enter(
                session, message, MessageState.CANCELLED, now, what="cancelled", reason=reason
            )
    return len(called_off)


def send_by(
    session: Session, message: Message, channel: Channel, patient: Patient, now: datetime
) -> None:
    """Let a message that waits go by another way: the same message, so that it goes once."""
    kind, _, rest = message.dedupe_key.split(":", 2)
    message.channel = channel
    message.dedupe_key = f"{kind}:{channel}:{rest}"
    message.recipient = patient.phone if channel is Channel.SMS else patient.email
    message_store.record(session, message, "sent_by_" + channel.value, now)
