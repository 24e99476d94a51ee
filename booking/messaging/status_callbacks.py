"""What the carrier reports about a text, in whatever order it arrives."""

from dataclasses import dataclass
from uuid import UUID

from booking.clinic.unit_of_work import UnitOfWork
from booking.messaging import queries as message_queries
from booking.messaging.failures import Refusal, handle_failure
from booking.messaging.message import (
    NOT_ARRIVED,
    MessageEventType,
    after_report,
    reported_state,
)
from booking.messaging.subjects import Subjects
from booking.messaging.transitions import follow_report


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
    session, sid, status = uow.session, report.sid, report.status
    message = (
        message_queries.get_for_update(session, report.message_id)
        if report.message_id
        else message_queries.by_sid(session, sid)
    )
    if message is None:
        return False
    if message.provider_sid is None and message_queries.by_sid(session, sid) is None:
        message.provider_sid = sid
    if message.provider_sid != sid:
        message_queries.add_event(uow, message, MessageEventType.FOREIGN_REPORT, status=status)
        return True
    reported = reported_state(status)
    was = message.state
    becomes = after_report(was, reported) if reported is not None else was
    message_queries.add_event(
        uow, message, MessageEventType.REPORT, status=status, code=report.error_code
    )
    if becomes is was:
        return True
    if becomes in NOT_ARRIVED:
        refusal = Refusal(becomes, report.error_code, status, was_taken=True)
        handle_failure(uow, message, refusal, subjects)
    else:
        follow_report(uow, message, becomes)
    return True
