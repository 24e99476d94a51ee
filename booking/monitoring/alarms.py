"""Alarms: what keeps messages from getting out, told before a patient misses one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from math import ceil

from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.clock_skew import is_ahead
from booking.messaging import sender_queries
from booking.messaging.reason import Reason
from booking.messaging.rules.carrier_errors import ErrorClass, codes_of
from booking.monitoring import heartbeat_queries as ticks
from booking.monitoring import queries as monitoring_queries
from booking.scheduling import web_budget


class AlarmCode(StrEnum):
    """What can be wrong; the words stand in addresses of monitors, so they stay as they are."""

    CLOCK = "clock_set_back"
    LATE = "messages_late"
    STOPPED = "sender_stopped"
    NO_SENDER = "no_sender"
    REFUSED = "text_refused"
    WEB_SPENT = "web_budget_spent"
    WEB_NEAR = "web_budget_near"


@dataclass(frozen=True)
class Alarm:
    """One thing that is wrong; never anything about a patient.

    `fields` holds the values that its sentence needs, on a page and in a mail. `since` is None
    where it has never been right. `last` is there for what happens and is over: it is mailed
    anew only where it has happened again.
    """

    code: AlarmCode
    since: datetime | None
    fields: Mapping[str, object] = field(default_factory=dict)
    last: datetime | None = None


def alarms(uow: UnitOfWork) -> list[Alarm]:
    """Return what is wrong now, the cause before what follows from it."""
    looked_for = (
        _clock_set_back(uow),
        _no_sender(uow),
        _sender_stopped(uow),
        _texts_refused(uow),
        _web_budget(uow),
        _messages_late(uow),
    )
    return [alarm for alarm in looked_for if alarm is not None]


def _clock_set_back(uow: UnitOfWork) -> Alarm | None:
    """Compare this machine's clock with what was written by it, or by another's, before.

    Told until the clock is there again, or it has been told for long enough: perhaps it is right
    now, and was ahead before.
    """
    now = uow.now
    seen = ticks.last_of(uow.session, ticks.SENDING, ticks.CLOCK_BEFORE, ticks.CLOCK_SET_BACK)
    heartbeat, since = seen.get(ticks.SENDING), seen.get(ticks.CLOCK_SET_BACK)
    if heartbeat is not None and is_ahead(heartbeat, now):
        before, since = heartbeat, now
    elif since is not None and abs(now - since) < uow.policies.alarms.set_back_stays:
        before = seen.get(ticks.CLOCK_BEFORE, now)
    else:
        return None
    if not is_ahead(before, now):
        return None
    minutes = ceil((before - now).total_seconds() / 60)
    return Alarm(AlarmCode.CLOCK, since, {"minutes": minutes})


def _no_sender(uow: UnitOfWork) -> Alarm | None:
    seen = ticks.last(uow.session, ticks.SENDING)
    if seen is not None and abs(uow.now - seen) <= uow.policies.alarms.silence:
        return None
    return Alarm(AlarmCode.NO_SENDER, seen)


def _sender_stopped(uow: UnitOfWork) -> Alarm | None:
    sender = sender_queries.get(uow.session, uow.clinic.sender)
    if sender is None or sender.stopped_at is None:
        return None
    return Alarm(AlarmCode.STOPPED, sender.stopped_at, {"error_code": sender.error_code})


def _texts_refused(uow: UnitOfWork) -> Alarm | None:
    """Look for messages that failed by a fault of ours: their words, or that there were none."""
    since = uow.now - uow.policies.alarms.alarm_window
    found = monitoring_queries.failed_since(
        uow.session, since, codes_of(ErrorClass.CONTENT), Reason.UNRENDERABLE
    )
    if found is None:
        return None
    fields = {"number": found.number, "error_code": found.error_code}
    return Alarm(AlarmCode.REFUSED, found.first, fields, found.last)


def _web_budget(uow: UnitOfWork) -> Alarm | None:
    """Look how much of what strangers may cause in all is used; one budget may hide no other."""
    now, abuse = uow.now, uow.policies.abuse
    budgets = web_budget.budgets(uow)
    spent = tuple(one for one in budgets if one.used >= one.most)
    if spent:
        return Alarm(AlarmCode.WEB_SPENT, now, {"budgets": spent})
    near = tuple(one for one in budgets if one.used >= one.most * abuse.near)
    if not near:
        return None
    # It stands in nobody's way yet: it is told, and /healthz stays green.
    return Alarm(AlarmCode.WEB_NEAR, now, {"budgets": near}, last=now)


def _messages_late(uow: UnitOfWork) -> Alarm | None:
    oldest = monitoring_queries.oldest_due(uow.session, uow.now)
    if oldest is None or uow.now - oldest <= uow.policies.alarms.overdue:
        return None
    return Alarm(AlarmCode.LATE, oldest)
