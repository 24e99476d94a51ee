"""Says in a few lines of the log what went wrong a thousand times."""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from booking.kit.faults import Fault

LINE_EVERY: Final = timedelta(minutes=1)
"""While a fault goes on, one line says how often it was met; without it for so long, it is over."""

log = structlog.get_logger()


@dataclass
class _Outage:
    """One fault from the first time it was met; `unsaid` is how often since the last line."""

    since: datetime
    last: datetime
    said_at: datetime
    number: int = 1
    unsaid: int = 0


class Outages:
    """The faults that one process meets: a line for the first, then counts."""

    def __init__(self) -> None:
        self._standing: dict[Fault, _Outage] = {}
        self._lock = threading.Lock()

    def met(self, fault: Fault, error: BaseException, now: datetime) -> None:
        """Note that a fault was met once more."""
        with self._lock:
            self._end_old(now)
            outage = self._standing.get(fault)
            if outage is None:
                self._standing[fault] = _Outage(since=now, last=now, said_at=now)
                log.error("outage", fault=fault.value, error=type(error).__name__)
                return
            outage.number += 1
            outage.unsaid += 1
            outage.last = now
            # A clock that was set back must not silence it.
            if not timedelta(0) <= now - outage.said_at < LINE_EVERY:
                log.error("outage goes on", fault=fault.value, times=outage.unsaid)
                outage.said_at, outage.unsaid = now, 0

    def passed(self, now: datetime) -> None:
        """Note that something went well; says which faults are over."""
        if self._standing:
            with self._lock:
                self._end_old(now)

    def _end_old(self, now: datetime) -> None:
        for fault, outage in list(self._standing.items()):
            if now - outage.last >= LINE_EVERY:
                del self._standing[fault]
                seconds = round((outage.last - outage.since).total_seconds())
                log.warning("outage over", fault=fault.value, times=outage.number, seconds=seconds)
