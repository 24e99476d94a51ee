"""Weekly hours and overrides, and the intervals they open on a day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from booking.kit.errors import InvalidInput
from booking.kit.intervals import Interval, Range, coalesce_sorted
from booking.kit.local_time import local_instant

MIDNIGHT = time(0)


WallRange = tuple[time, time]
"""Opening and closing on the wall of the place."""


@dataclass(frozen=True, slots=True)
class WeeklyRange:
    """Hours that come back every week, in the place's wall time.

    `weekday` counts from Monday, 0; `closes` at 00:00 means midnight at the day's end.
    """

    weekday: int
    opens: time
    closes: time

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:
            raise InvalidInput("weekday_not_in_range")
        _check_range(self.opens, self.closes)


@dataclass(frozen=True, slots=True)
class OverrideHours:
    """The hours of one date, in place of that day's weekly hours; no ranges: closed."""

    day: date
    ranges: tuple[WallRange, ...]

    def __post_init__(self) -> None:
        for opens, closes in self.ranges:
            _check_range(opens, closes)


def open_intervals(
    weekly: Iterable[WeeklyRange],
    overrides: Iterable[OverrideHours],
    zone: ZoneInfo,
    first: date,
    last: date,
) -> list[Interval]:
    """Return the open hours of the days from `first` to `last`, both included.

    Ranges that touch become one, so a session may run across the seam. One override per
    day is expected; of several, the last counts. A range that a change of clocks swallows
    whole is left out.
    """
    return list(each_open_interval(weekly, overrides, zone, first, last))


def each_open_interval(
    weekly: Iterable[WeeklyRange],
    overrides: Iterable[OverrideHours],
    zone: ZoneInfo,
    first: date,
    last: date,
) -> Iterator[Interval]:
    """Yield the same one by one, for a search that stops at the first few free slots."""
    by_weekday: list[tuple[WallRange, ...]] = [()] * 7
    for hours in weekly:
        by_weekday[hours.weekday] += ((hours.opens, hours.closes),)
    special = {override.day: override.ranges for override in overrides}
    days = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    return coalesce_sorted(
        stretch
        for day in days
        for stretch in _instants(day, special.get(day, by_weekday[day.weekday()]), zone)
    )


@lru_cache(maxsize=16_384)
def _instants(day: date, ranges: tuple[WallRange, ...], zone: ZoneInfo) -> tuple[Range, ...]:
    """Return one day's ranges as instants, in order; remembered, for many keep the same hours."""
    next_day = day + timedelta(days=1)
    found = [
        (
            local_instant(day, opens, zone),
            local_instant(next_day if closes == MIDNIGHT else day, closes, zone),
        )
        for opens, closes in ranges
    ]
    return tuple(sorted(found))


def _check_range(opens: time, closes: time) -> None:
    if closes != MIDNIGHT and closes <= opens:
        raise InvalidInput("hours_end_before_they_begin")
