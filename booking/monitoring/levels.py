"""Figures about messages for monitoring: how they stand now, and how late they left."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from booking.clinic.unit_of_work import UnitOfWork
from booking.messaging.kinds import Lane
from booking.monitoring import queries as monitoring_queries
from booking.monitoring.alarms import AlarmCode, alarms


@dataclass(frozen=True)
class QueueLevels:
    """How messages stand now; nothing of it is about a person."""

    due: dict[Lane, int]
    """Messages that are due and have not left, for every lane."""
    unknown: int
    alarms: dict[AlarmCode, bool]


def queue_levels(uow: UnitOfWork) -> QueueLevels:
    """Return how messages stand."""
    due = dict.fromkeys(Lane, 0)
    for one in monitoring_queries.waiting(uow.session, uow.now):
        due[one.lane] += one.number
    raised = {alarm.code for alarm in alarms(uow)}
    unknown = monitoring_queries.count_unknown(uow.session)
    return QueueLevels(due, unknown, {code: code in raised for code in AlarmCode})


def lateness(
    uow: UnitOfWork, taken: Collection[UUID], taken_at: datetime
) -> list[tuple[Lane, float]]:
    """Return the lane of each message that was just taken, and how many seconds late it left.

    One that was put off until the morning was due in the morning; one that had to be tried
    again was due from the beginning.
    """
    return [
        (one.lane, max(0.0, (taken_at - one.was_due).total_seconds()))
        for one in monitoring_queries.departures(uow.session, taken)
    ]
