"""The one module that reads the wall clock; everything else is told what time it is."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the current instant."""

    def now(self) -> datetime:
        """Return the current instant as aware UTC."""
        ...


class WallClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the current instant as aware UTC."""
        return datetime.now(UTC)
