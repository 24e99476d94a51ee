"""Where on the page each session stands: quarter-hour rows, and lanes where two overlap."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import Final
from zoneinfo import ZoneInfo

from booking.desk.calendar import Day
from booking.scheduling.models import Appointment
from booking.scheduling.states import State
from booking.therapists.models import Block
from booking.web.formats import hour_name

ROW_MINUTES: Final = 15
LANES_AT_MOST: Final = 3
EARLIEST_SHOWN: Final = 9
LATEST_SHOWN: Final = 17
"""Hours that are drawn even on a day with nothing in them."""

_DAY_MINUTES = 24 * 60
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Entry:
    """One session or one kept time; `at` and `rows` count rows of the grid from 1."""

    starts_at: datetime
    ends_at: datetime
    at: int
    rows: int
    lane: int
    appointment: Appointment | None = None
    block: Block | None = None


@dataclass(frozen=True)
class Band:
    """A stretch of rows that is open."""

    at: int
    rows: int


@dataclass(frozen=True)
class Column:
    """One day of the grid, in reading order; `now_at` is the row of this moment, on today only."""

    day: date
    entries: list[Entry]
    cancelled: list[Appointment]
    open: list[tuple[datetime, datetime]]
    bands: list[Band]
    lanes: int
    is_today: bool
    now_at: int | None


@dataclass(frozen=True)
class HourMark:
    """A label at the edge of the grid: 9 am at its row."""

    at: int
    label: str


@dataclass(frozen=True)
class Grid:
    """Some days side by side, all cut to the same hours."""

    columns: list[Column]
    hours: list[HourMark]


@dataclass(frozen=True)
class _Ruler:
    """Turns instants of one day into rows; `first` and `last` are minutes of the wall clock."""

    day: date
    zone: ZoneInfo
    first: int
    last: int

    def minute(self, at: datetime) -> int:
        """Return the minute the wall clock shows, within the bounds of the day."""
        local = at.astimezone(self.zone)
        if local.date() != self.day:
            return 0 if local.date() < self.day else _DAY_MINUTES
        return local.hour * 60 + local.minute

    def span(self, start: float, end: float) -> tuple[int, int]:
        """Return the row and the number of rows of a stretch of minutes; at least one row."""
        start, end = (
            min(max(minute, self.first), self.last) - self.first for minute in (start, end)
        )
        at = int(start // ROW_MINUTES)
        return at + 1, max(1, ceil(end / ROW_MINUTES) - at)


def grid_of(days: Sequence[Day], zone: ZoneInfo, *, now: datetime) -> Grid:
    """Lay out days for the page; times are the zone's wall times, also when clocks change."""
    first, last = _shown_hours(days, zone)
    return Grid(
        columns=[_column(day, _Ruler(day.day, zone, first * 60, last * 60), now) for day in days],
        hours=[HourMark((hour - first) * 4 + 1, hour_name(hour)) for hour in range(first, last)],
    )


def _column(day: Day, ruler: _Ruler, now: datetime) -> Column:
    standing = [a for a in day.appointments if a.state is not State.CANCELLED]
    entries = _placed([*standing, *day.blocks], ruler)
    is_today = now.astimezone(ruler.zone).date() == day.day
    minute_now = ruler.minute(now)
    return Column(
        day=day.day,
        entries=entries,
        cancelled=[a for a in day.appointments if a.state is State.CANCELLED],
        open=[(start, end) for start, end in day.open],
        bands=[
            Band(*ruler.span(ruler.minute(start), ruler.minute(end))) for start, end in day.open
        ],
        lanes=max((entry.lane for entry in entries), default=1),
        is_today=is_today,
        now_at=ruler.span(minute_now, minute_now)[0]
        if is_today and ruler.first <= minute_now < ruler.last
        else None,
    )


def _placed(things: Iterable[Appointment | Block], ruler: _Ruler) -> list[Entry]:
    entries = []
    free_from = [0] * LANES_AT_MOST
    for thing in sorted(things, key=lambda each: each.starts_at):
        at, rows = ruler.span(ruler.minute(thing.starts_at), _end_minute(thing, ruler))
        lane = next((n for n, free in enumerate(free_from) if free <= at), LANES_AT_MOST - 1)
        free_from[lane] = at + rows
        entries.append(
            Entry(
                starts_at=thing.starts_at,
                ends_at=thing.ends_at,
                at=at,
                rows=rows,
                lane=lane + 1,
                appointment=thing if isinstance(thing, Appointment) else None,
                block=thing if isinstance(thing, Block) else None,
            )
        )
    return entries


def _end_minute(thing: Appointment | Block, ruler: _Ruler) -> float:
    if isinstance(thing, Block):
        # It may have begun days ago: only its part of this day is drawn.
        return ruler.minute(thing.ends_at)
    # An hour stays an hour high, also where the clocks change in the middle of it.
    return ruler.minute(thing.starts_at) + (thing.ends_at - thing.starts_at) / _MINUTE


def _shown_hours(days: Iterable[Day], zone: ZoneInfo) -> tuple[int, int]:
    first, last = EARLIEST_SHOWN, LATEST_SHOWN
    for day in days:
        ruler = _Ruler(day.day, zone, 0, _DAY_MINUTES)
        stretches = [(ruler.minute(start), float(ruler.minute(end))) for start, end in day.open]
        stretches += [(ruler.minute(a.starts_at), _end_minute(a, ruler)) for a in day.appointments]
        for start, end in stretches:
            first, last = min(first, start // 60), max(last, ceil(end / 60))
    return first, min(last, 24)
