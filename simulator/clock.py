"""The simulator's own clock; the rest of the package is handed times or asks here."""

import functools
import time
from datetime import UTC, datetime
from email.utils import format_datetime


def now() -> datetime:
    """Return the present instant, aware and in UTC."""
    return datetime.now(UTC)


def ticks() -> float:
    """Return seconds on a clock that never jumps, for measuring how long something took."""
    return time.perf_counter()


@functools.lru_cache(maxsize=4096)
def _rfc2822_of_second(second: datetime) -> str:
    return format_datetime(second)


def rfc2822(instant: datetime) -> str:
    """Write an instant as Twilio does: RFC 2822, whole seconds, offset +0000."""
    return _rfc2822_of_second(instant.replace(microsecond=0))
