"""From opening hours and busy times to the starts a patient may choose."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.kit.errors import InvalidInput
from booking.kit.intervals import Interval, Range

# Bounds of "nothing busy before" and "nothing busy after", with room to add a buffer.
_LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)
_FAR_OFF = datetime(9000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SlotShape:
    """How long a session lasts, what is kept free around it, and how often one may begin."""

    duration: timedelta
    before: timedelta
    after: timedelta
    step: timedelta

    def __post_init__(self) -> None:
        if self.duration <= timedelta(0) or self.step <= timedelta(0):
            raise InvalidInput("duration_or_step_not_positive")
        if self.before < timedelta(0) or self.after < timedelta(0):
            raise InvalidInput("buffer_negative")

    def slot(self, starts_at: datetime) -> "Slot":
        """Return the slot of this shape that begins then; whether it is free is not asked."""
        ends_at = starts_at + self.duration
        return Slot(starts_at, ends_at, Interval(starts_at - self.before, ends_at + self.after))

    def slots(self, run: "StartRun") -> "Iterator[Slot]":
        """Yield the slots of a run of starts, earliest first."""
        slot, step = self.slot(run.first), self.step
        starts_at, ends_at, (blocked_from, blocked_until) = slot
        for _ in range(run.starts):
            yield Slot(starts_at, ends_at, Interval(blocked_from, blocked_until))
            starts_at += step
            ends_at += step
            blocked_from += step
            blocked_until += step


class Slot(NamedTuple):
    """A session somebody could have; `blocked` is what it takes of the therapist's time."""

    starts_at: datetime
    ends_at: datetime
    blocked: Interval


class StartRun(NamedTuple):
    """Free starts one step apart, `starts` of them, the first included."""

    first: datetime
    starts: int


def free_runs(
    open_: Iterable[Range], busy: Iterable[Range], shape: SlotShape, window: Interval
) -> Iterator[StartRun]:
    """Yield the free starts as runs, earliest first; cheap even where there are thousands.

    `open_` is in order and apart, as `open_intervals` gives it; `busy` holds blocked ranges
    (buffers included) in any order. The session lies within one open range, and its blocked
    range overlaps no busy one; its own buffers may reach beyond the open hours. Busy time is
    taken away first; the starts left are then moved up to the grid of steps that begins at
    the opening of the range, counted in elapsed time: 9:00, 9:15, ... stay 9:00, 9:15, ...
    behind a booking that ends at an odd minute, so that no two patients see two grids and a
    booked day does not splinter. The window filters starts only: its start included, its end
    not; a session may end after it.
    """
    possible = _possible_starts(busy, shape, window)
    step = shape.step
    current = 0
    for opens, closes in open_:
        if opens >= window.end:
            return
        last_start = closes - shape.duration
        from_here = max(opens, window.start)
        while possible[current][1] < from_here:
            current += 1
        for index in range(current, len(possible)):
            earliest, latest = possible[index]
            if earliest > last_start or earliest >= window.end:
                break
            start = max(earliest, from_here)
            start += (opens - start) % step
            latest = min(latest, last_start)
            if latest >= window.end:
                latest = window.end - timedelta.resolution
            if start <= latest:
                yield StartRun(start, (latest - start) // step + 1)


def free_slots(
    open_: Iterable[Range], busy: Iterable[Range], shape: SlotShape, window: Interval
) -> Iterator[Slot]:
    """Yield the free slots that begin in the window, earliest first; see `free_runs`."""
    for run in free_runs(open_, busy, shape, window):
        yield from shape.slots(run)


def runs_by_day(
    runs: Iterable[StartRun], step: timedelta, zone: ZoneInfo
) -> Iterator[tuple[date, StartRun]]:
    """Yield the same starts as runs that each lie on one day of the zone, with that day."""
    for run in runs:
        first, starts = run
        day = first.astimezone(zone).date()
        if (first + (starts - 1) * step).astimezone(zone).date() == day:
            yield day, run
            continue
        each = [first + number * step for number in range(starts)]
        for one_day, of_day in groupby(each, key=lambda at: at.astimezone(zone).date()):
            found = list(of_day)
            yield one_day, StartRun(found[0], len(found))


def slot_at(
    starts_at: datetime,
    open_: Iterable[Range],
    busy: Iterable[Range],
    shape: SlotShape,
    window: Interval,
) -> Slot | None:
    """Return the slot of exactly this start if it would be offered now, else nothing.

    Booking asks this again on the server, whatever the page had shown.
    """
    if not window.holds(starts_at):
        return None
    instant = Interval(starts_at, starts_at + timedelta.resolution)
    return next(free_slots(open_, busy, shape, instant), None)


def _possible_starts(
    busy: Iterable[Range], shape: SlotShape, window: Interval
) -> Sequence[tuple[datetime, datetime]]:
    """Return the earliest and latest start (both included) in each gap between busy ranges.

    Busy ranges that no start in the window can touch are passed over, so the first and last
    gap may be longer than they are.
    """
    before, tail = shape.before, shape.duration + shape.after
    since, until = window.start - before, window.end + tail
    gaps: list[tuple[datetime, datetime]] = []
    earliest = _LONG_AGO
    for start, end in sorted(row for row in busy if row[1] > since and row[0] < until):
        if end <= start:
            continue
        latest = start - tail
        if earliest <= latest:
            gaps.append((earliest, latest))
        free_again = end + before
        if free_again > earliest:
            earliest = free_again
    gaps.append((earliest, _FAR_OFF))
    return gaps
