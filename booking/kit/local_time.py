"""Local wall times as instants."""

from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(maxsize=16_384)
def local_instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """Return the UTC instant at which the clocks of the zone show this time on this day.

    A wall time that a change of clocks skips moves forward by the length of the gap (02:30
    becomes 03:30); of one that happens twice, the first is meant. Remembered, because a
    search asks for the same few openings thousands of times.
    """
    return datetime.combine(day, wall.replace(fold=0), zone).astimezone(UTC)
