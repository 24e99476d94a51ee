"""What the clock on the wall shows at a session, as it was agreed, and the instant that makes.

A session is agreed as a time on the clock of its place. The instant follows from the zone's
rules, and those change: a new edition of the time zone data may move the instant, never the
agreement.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class WallTime:
    """A date and time on the clocks of a zone, and how far they were from UTC by the rules then.

    `start` has no tzinfo. `offset` tells the two apart where a time comes twice in a night.
    """

    start: datetime
    zone: str
    offset: timedelta

    @property
    def instant(self) -> datetime:
        """The instant this was when it was agreed."""
        return (self.start - self.offset).replace(tzinfo=UTC)


class Occurrence(StrEnum):
    """What the rules of a zone make of a wall time."""

    ONCE = "once"
    TWICE = "twice"
    """The clocks are set back over it: it comes two times."""
    NEVER = "never"
    """The clocks are set forward over it."""


def wall_time(at: datetime, zone: str) -> WallTime:
    """Return what the clocks of a zone show at an instant."""
    local = at.astimezone(ZoneInfo(zone))
    offset = local.utcoffset() or timedelta(0)
    return WallTime(local.replace(tzinfo=None, fold=0), zone, offset)


def instant_by_rules(wall: WallTime) -> tuple[datetime, Occurrence]:
    """Return the instant at which the clocks show a wall time by the rules of today.

    Of a time that comes twice, the one nearer to what was agreed is meant, so that a session
    in the second of two hours stays there. A time that never comes moves forward by the length
    of the gap, as everywhere here (`slots.local_instant`).
    """
    zone = ZoneInfo(wall.zone)
    both = [wall.start.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
    instants = [local.astimezone(UTC) for local in both]
    if instants[0] == instants[1]:
        return instants[0], Occurrence.ONCE
    if wall_time(instants[0], wall.zone).start != wall.start:
        return instants[0], Occurrence.NEVER
    return min(instants, key=lambda at: abs(at - wall.instant)), Occurrence.TWICE
