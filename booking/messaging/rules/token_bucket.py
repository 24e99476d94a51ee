"""How fast a sender may go: a token bucket charged in segments."""

from dataclasses import dataclass
from datetime import datetime, timedelta

BURST = timedelta(seconds=1)
"""A rested sender may spend this long's worth of its rate at once."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """What a sender may spend: `tokens` segments at `refilled_at`."""

    tokens: float
    refilled_at: datetime

    def refilled(self, rate: float, now: datetime) -> "Bucket":
        """Return the bucket as it is now, at `rate` segments a second; never over its brim."""
        elapsed = max(0.0, (now - self.refilled_at).total_seconds())
        brim = max(1.0, rate * BURST.total_seconds())
        return Bucket(min(brim, self.tokens + elapsed * rate), max(now, self.refilled_at))

    def spent(self, segments: float) -> "Bucket":
        """Return the bucket after paying; it may go below zero, and is then paid back first."""
        return Bucket(self.tokens - segments, self.refilled_at)

    @property
    def affordable(self) -> int:
        """How many texts of one segment may go now."""
        return max(0, int(self.tokens))

    def wait(self, rate: float) -> timedelta:
        """Return how long until one more segment may go."""
        return timedelta(seconds=max(0.0, (1.0 - self.tokens) / rate))
