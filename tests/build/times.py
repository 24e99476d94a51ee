"""Instants written short, and a clock that moves only when told to."""

from datetime import datetime, timedelta

MONDAY = "2026-03-02T15:00Z"
"""When every test begins: Monday, 10:00 in New York, a week before its clocks change."""


def utc(at):
    """Return the instant written as "2026-03-05T14:00Z"; one that is read already stays."""
    return datetime.fromisoformat(at) if isinstance(at, str) else at


def stamp(at):
    """Write an instant the way tests read it."""
    return f"{at:%Y-%m-%dT%H:%MZ}"


class SettableClock:
    """Tells the time it was set to."""

    def __init__(self, at=MONDAY):
        self._now = utc(at)

    def now(self):
        return self._now

    def set(self, at):
        self._now = utc(at)

    def pass_(self, **length):
        """Let some time pass, such as hours=3."""
        self._now += timedelta(**length)

    def sleep(self, duration):
        """Let the time pass that a process would have slept."""
        self._now += duration
