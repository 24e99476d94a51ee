"""Looks whether messages get out, and tells the clinic where they do not."""

from datetime import datetime

import structlog

from booking.clinic.actor import System
from booking.monitoring.alarm_mails import Mailer, due_for_direct_email, mail_alarms, send_directly
from booking.monitoring.alarms import alarms

log = structlog.get_logger()


def mail_what_is_wrong(mailer: Mailer, now: datetime) -> int:
    """Mail the alarms that were not mailed lately; returns how many."""
    with mailer.unit_of_work(System.MONITORING, now) as uow:
        told = mail_alarms(uow)
        due = due_for_direct_email(uow, alarms(uow))
    told += send_directly(due, mailer, now)
    for alarm in told:
        log.error("alarm", code=alarm.code.value, since=str(alarm.since))
    return len(told)
