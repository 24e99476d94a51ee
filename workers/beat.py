"""Beat's schedule: ticks by a clock that nobody sets, and nothing of it on a disk.

Celery's own keeps in a file when each tick was last given, by the wall clock. All of ours come
every few seconds or minutes, so the file is worth nothing, but a full disk ends beat; and after
the wall clock is set back by an hour, that hour has no ticks.
"""

import time
from typing import Any

from celery import Celery
from celery.beat import ScheduleEntry, Scheduler

from workers import marks
from workers.timetable import Timetable


class SteadyScheduler(Scheduler):
    """Gives every tick at once, and then each time its interval is over."""

    def __init__(self, app: Celery, **options: Any) -> None:
        self._timetable = Timetable()
        super().__init__(app, **options)

    def tick(self, *_: Any, **__: Any) -> float:
        """Give the ticks that are due; returns how long until the next, in seconds."""
        for name, entry in list(self.schedule.items()):
            # For each: over a broker that is away it may take seconds to give one up.
            marks.leave(marks.BEAT)
            began = time.monotonic()
            if not self._timetable.is_due(name, began):
                continue
            self.apply_entry(entry, producer=self.producer)
            self._timetable.begin(name, _interval_s(entry), began)
        return self._timetable.wait(time.monotonic())

    def _ensure_connected(self) -> Any:
        """Wait for the broker, and be seen doing so."""

        def is_away(error: Exception, _interval: float) -> None:
            marks.leave(marks.BEAT)
            self.logger.error("beat waits for its broker: %s", type(error).__name__)

        return self.connection.ensure_connection(
            is_away, self.app.conf.broker_connection_max_retries
        )


def _interval_s(entry: ScheduleEntry) -> float:
    every: Any = entry.schedule
    return float(every.run_every.total_seconds())
