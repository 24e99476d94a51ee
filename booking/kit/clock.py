"""The one module that reads the wall clock; everything else is told what time it is."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the current instant, and lets time pass."""

    def now(self) -> datetime:
        """Return the current instant as aware UTC."""
        ...

    def sleep(self, duration: timedelta) -> None:
        """Return after this long."""
        ...


class WallClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the current instant as aware UTC."""
        return datetime.now(UTC)

    def sleep(self, duration: timedelta) -> None:
        """Return after this long."""
        time.sleep(max(0.0, duration.total_seconds()))
