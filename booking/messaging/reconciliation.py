"""Finding out what became of texts whose answer or report never came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.keyring import digests_of
from booking.messaging import queries as message_queries
from booking.messaging.message import MessageEventType, MessageState
from booking.messaging.models import Message
from booking.messaging.ports import CarrierRecord
from booking.messaging.reason import Reason
from booking.messaging.status_callbacks import StatusReport, apply_report
from booking.messaging.subjects import Subjects
from booking.messaging.transitions import transition

CLOCK_SKEW = timedelta(minutes=2)
"""The carrier's clock may differ from ours by this much."""


@dataclass(frozen=True)
class UnconfirmedMessage:
    """A text to ask the carrier about: by its id where we have it, else by phone and words."""

    message_id: UUID
    phone: str
    sid: str | None


def due_for_lookup(uow: UnitOfWork, *, limit: int = 50) -> list[UnconfirmedMessage]:
    """Return the texts whose fate should be asked for now, and note that it is being asked."""
    session, now, policy = uow.session, uow.now, uow.policies.delivery
    unknown = message_queries.unknown_texts(
        session, now - policy.first_search, now - policy.next_search, limit
    )
    overdue = message_queries.texts_without_end(session, now - policy.report_timeout, limit)
    found = [*unknown, *overdue]
    for message in found:
        message.checked_at = now
    return [UnconfirmedMessage(one.id, one.recipient, one.provider_sid) for one in found]


def apply_lookup(
    uow: UnitOfWork,
    suspect: UnconfirmedMessage,
    records: Sequence[CarrierRecord],
    subjects: Subjects,
) -> None:
    """Apply what the carrier lists about a text.

    One that was found takes the listed state. One that is absent twice, at least a minute
    apart, was never taken: it is due again if there is time, and has failed if not.
    """
    message = message_queries.get_for_update(uow.session, suspect.message_id)
    if message is None:
        return
    record = _matching(uow.session, message, records)
    if record is not None:
        report = StatusReport(message.id, record.sid, record.status, record.error_code)
        apply_report(uow, report, subjects)
    elif message.state is MessageState.UNKNOWN:
        _absent(uow, message)


def _matching(
    session: Session, message: Message, records: Sequence[CarrierRecord]
) -> CarrierRecord | None:
    """Return the listed text that is this message: by id, else by words and time."""
    if message.provider_sid is not None:
        return next((one for one in records if one.sid == message.provider_sid), None)
    started = message.send_started_at
    for record in records:
        is_new = (
            started is None
            or record.created_at is None
            or (record.created_at >= started - CLOCK_SKEW)
        )
        if (
            is_new
            and message.body_digest in digests_of(record.body)
            and message_queries.by_sid(session, record.sid) is None
        ):
            return record
    return None


def _absent(uow: UnitOfWork, message: Message) -> None:
    now = uow.now
    if message.first_missing_at is None:
        message.first_missing_at = now
        message_queries.add_event(uow, message, MessageEventType.ABSENT)
        return
    if now - message.first_missing_at < uow.policies.delivery.next_search:
        return
    message.first_missing_at = None
    if now < message.expires_at:
        transition(
            uow,
            message,
            MessageState.PENDING,
            event=MessageEventType.ABSENT,
            why=Reason.NEVER_TAKEN,
            next_at=now,
        )
    else:
        transition(
            uow,
            message,
            MessageState.FAILED,
            event=MessageEventType.FAILED,
            why=Reason.NEVER_TAKEN_TOO_LATE,
        )
