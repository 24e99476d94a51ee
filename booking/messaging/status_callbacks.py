"""What the carrier reports about a text, in whatever order it arrives."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from booking.clinic.clinic import Clinic
from booking.messaging import queries as store
from booking.messaging.failures import after_refusal
from booking.messaging.message import FINAL, MessageState, after_report, reported_state
from booking.messaging.models import Message

NOT_ARRIVED = frozenset({MessageState.UNDELIVERED, MessageState.FAILED})


def apply_report(
    session: Session,
    *,
    message_id: UUID | None,
    sid: str,
    status: str,
    error_code: int | None,
    clinic: Clinic,
    now: datetime,
) -> bool:
    """Apply one status report; False when it is about no message of ours.

    `message_id` comes from the callback's own address and may be there before the carrier's
    id is: the first report binds the two. A report whose two ids belong to different
    messages is kept in the history and changes nothing.
    """
    message = store.by_id(session, message_id) if message_id else store.by_sid(session, sid)
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
    store.record(session, message, "report", now, status=status, code=error_code)
    if becomes is was:
        return True
    if becomes in NOT_ARRIVED:
        after_refusal(
            session,
            message,
            becomes,
            error_code,
            reason=status,
            was_taken=True,
            clinic=clinic,
            now=now,
        )
    else:
        _advance(session, message, becomes, now)
    return True


def _advance(session: Session, message: Message, state: MessageState, now: datetime) -> None:
    if message.accepted_at is None:
        message.accepted_at = now
    message.state = state
    message.lease_owner = message.lease_until = None
    # What an earlier attempt had met is in the history; of a text that got on it is not true.
    message.error_code = message.reason = None
    if state in FINAL:
        message.final_at = now
