"""Stretches of time and what can be done with them: join, take away, overlap."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

Range = tuple[datetime, datetime]
"""What every function here accepts: an `Interval`, or a row of two columns as it comes."""


class Interval(NamedTuple):
    """A half-open stretch of time: `start` belongs to it, `end` does not; aware UTC.

    A named tuple rather than a dataclass, because a search makes tens of thousands of them.
    An interval whose end is not after its start is empty; the functions below drop such ones.
    """

    start: datetime
    end: datetime

    def holds(self, instant: datetime) -> bool:
        """Whether the instant lies in this stretch."""
        return self.start <= instant < self.end

    def overlaps(self, other: Range) -> bool:
        """Whether the two share any time; touching ends do not."""
        return self.start < other[1] and other[0] < self.end


def coalesce(intervals: Iterable[Range]) -> list[Interval]:
    """Join what overlaps or touches; the result is in order, apart and without empty ones."""
    return list(coalesce_sorted(sorted(intervals)))


def coalesce_sorted(in_order: Iterable[Range]) -> Iterator[Interval]:
    """Yield the same from ranges in the order of their starts, one by one as they come."""
    growing: Interval | None = None
    for start, end in in_order:
        if end <= start:
            continue
        if growing is None:
            growing = Interval(start, end)
        elif start > growing.end:
            yield growing
            growing = Interval(start, end)
        elif end > growing.end:
            growing = Interval(growing.start, end)
    if growing is not None:
        yield growing


def subtracted(open_: Iterable[Range], busy: Iterable[Range]) -> list[Interval]:
    """Return what is left of the open ranges once the busy ones are taken away."""
    taken = coalesce(busy)
    left: list[Interval] = []
    first = 0
    for start, end in coalesce(open_):
        while first < len(taken) and taken[first].end <= start:
            first += 1
        free_from = start
        for busy_start, busy_end in taken[first:]:
            if busy_start >= end:
                break
            if busy_start > free_from:
                left.append(Interval(free_from, busy_start))
            free_from = busy_end
        if free_from < end:
            left.append(Interval(free_from, end))
    return left


def intersected(these: Iterable[Range], those: Iterable[Range]) -> list[Interval]:
    """Return the time that belongs to both."""
    ours, theirs = coalesce(these), coalesce(those)
    shared: list[Interval] = []
    i = j = 0
    while i < len(ours) and j < len(theirs):
        start = max(ours[i].start, theirs[j].start)
        end = min(ours[i].end, theirs[j].end)
        if start < end:
            shared.append(Interval(start, end))
        if ours[i].end < theirs[j].end:
            i += 1
        else:
            j += 1
    return shared
