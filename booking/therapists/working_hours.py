"""The hours that therapists keep, read once for a whole calendar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.intervals import Interval
from booking.therapists import queries as therapist_store
from booking.therapists.opening_hours import OverrideHours, WeeklyRange

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkingTimes:
    """The hours of some therapists by therapist and place, read once."""

    hours: Mapping[tuple[int, UUID], list[WeeklyRange]]
    overrides: Mapping[tuple[int, UUID], list[OverrideHours]]


def read_times(uow: UnitOfWork, therapist_ids: Sequence[int], window: Interval) -> WorkingTimes:
    """Read the hours and overrides of these therapists around a window: two statements."""
    hours: dict[tuple[int, UUID], list[WeeklyRange]] = {}
    for row in therapist_store.weekly_hours(uow.session, therapist_ids):
        hours.setdefault((row.therapist_id, row.location_id), []).append(
            WeeklyRange(row.weekday, row.opens, row.closes)
        )
    ranges: dict[tuple[int, UUID], dict[date, list[tuple[time, time]]]] = {}
    first, last = window.start.date() - 2 * _ONE_DAY, window.end.date() + 2 * _ONE_DAY
    for other in therapist_store.overrides(uow.session, therapist_ids, first, last):
        day = ranges.setdefault((other.therapist_id, other.location_id), {}).setdefault(
            other.day, []
        )
        if other.opens is not None and other.closes is not None:
            day.append((other.opens, other.closes))
    overrides = {
        key: [OverrideHours(day, tuple(found)) for day, found in days.items()]
        for key, days in ranges.items()
    }
    return WorkingTimes(hours, overrides)
