"""The tick that looks whether messages get out, and tells the clinic where they do not."""

import structlog
from celery import shared_task

from booking.monitoring.alarm_mails import mail_alarms, mail_at_once, to_mail_at_once
from booking.monitoring.alarms import alarms
from booking.runtime import Runtime
from workers.outage import Tick
from workers.runtime import runtime

log = structlog.get_logger()


def watch_over(runtime: Runtime) -> int:
    """Mail the alarms that were not mailed lately; returns how many."""
    clinic, policies, now = runtime.clinic, runtime.policies, runtime.clock.now()
    with runtime.database.transaction() as session:
        told = mail_alarms(session, clinic, policies, now)
        raised = alarms(session, clinic, policies, now)
        due = to_mail_at_once(session, raised, policies.alarms, now)
    told += mail_at_once(due, runtime, now)
    for alarm in told:
        log.error("alarm", code=alarm.code.value, since=str(alarm.since))
    return len(told)


@shared_task(base=Tick)
def watch() -> int:
    """Look whether messages get out; returns how many alarms were mailed."""
    return watch_over(runtime())
