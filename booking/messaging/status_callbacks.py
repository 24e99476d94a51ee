"""What the carrier reports about a text, in whatever order it arrives."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from booking.clinic.unit_of_work import UnitOfWork
from booking.messaging import queries as store
from booking.messaging.failures import Refusal, after_refusal
from booking.messaging.message import FINAL, MessageState, after_report, reported_state
from booking.messaging.models import Message
from booking.messaging.subjects import Subjects

NOT_ARRIVED = frozenset({MessageState.UNDELIVERED, MessageState.FAILED})


@dataclass(frozen=True)
class StatusReport:
    """What the carrier says of a text.

    `message_id` comes from the callback's own address and may be there before the carrier's
    id is.
    """

    message_id: UUID | None
    sid: str
    status: str
    error_code: int | None


def apply_report(uow: UnitOfWork, report: StatusReport, subjects: Subjects) -> bool:
    """Apply one status report; False when it is about no message of ours.

    The first report binds our id and the carrier's. One whose two ids belong to different
    messages is kept in the history and changes nothing.
    """
    session, now, sid, status = uow.session, uow.now, report.sid, report.status
    message = (
        store.by_id(session, report.message_id) if report.message_id else store.by_sid(session, sid)
    )
    if message is None:
        return False
    if message.provider_sid is None and store.by_sid(session, sid) is None:
        message.provider_sid = sid
    if message.provider_sid != sid:
        store.record(session, message, "foreign_report", now, status=status)
        return True
    reported = reported_state(status)
    was = message.state
    becomes = after_report(was, reported) if reported is not None else was
    store.record(session, message, "report", now, status=status, code=report.error_code)
    if becomes is was:
        return True
    if becomes in NOT_ARRIVED:
        refusal = Refusal(becomes, report.error_code, status, was_taken=True)
        after_refusal(uow, message, refusal, subjects)
    else:
        _advance(message, becomes, now)
    return True


def _advance(message: Message, state: MessageState, now: datetime) -> None:
    if message.accepted_at is None:
        message.accepted_at = now
    message.state = state
    message.lease_owner = message.lease_until = None
    # What an earlier attempt had met is in the history; of a text that got on it is not true.
    message.error_code = message.reason = None
    if state in FINAL:
        message.final_at = now
