"""The website's part in alarms: where nobody sends, it mails by itself."""

from collections.abc import Sequence

import structlog
from flask import Response, after_this_request
from sqlalchemy.exc import SQLAlchemyError

from booking.clinic.unit_of_work import UnitOfWork
from booking.monitoring.alarm_mails import due_for_direct_email, send_directly
from booking.monitoring.alarms import Alarm
from booking.web.current import runtime

log = structlog.get_logger()


def email_after_response(uow: UnitOfWork, raised: Sequence[Alarm]) -> None:
    """Have alarms that nobody else would mail go out once this request is answered.

    Behind the answer, so that nobody waits for a mail server that takes its time.
    """
    mailer, at = runtime(), uow.now
    due = due_for_direct_email(uow, raised)

    def mail() -> None:
        try:
            told = send_directly(due, mailer, at)
        except SQLAlchemyError as away:
            log.warning("an alarm could not be mailed", reason=type(away).__name__)
            return
        for alarm in told:
            log.error("alarm", code=alarm.code.value, since=str(alarm.since))

    def arrange(response: Response) -> Response:
        response.call_on_close(mail)
        return response

    if due:
        after_this_request(arrange)
