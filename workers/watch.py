"""The tick that looks whether messages get out, and tells the clinic where they do not."""

import structlog
from celery import shared_task

from booking.core import Runtime
from booking.services.alarms import mail_alarms
from workers.runtime import runtime

log = structlog.get_logger()


def watch_over(runtime: Runtime) -> int:
    """Mail the alarms that were not mailed lately; returns how many."""
    with runtime.database.transaction() as session:
        told = mail_alarms(session, runtime.clinic, runtime.policies, runtime.clock.now())
    for alarm in told:
        log.error("alarm", code=alarm.code.value, since=str(alarm.since))
    return len(told)


@shared_task
def watch() -> int:
    """Look whether messages get out; returns how many alarms were mailed."""
    return watch_over(runtime())
