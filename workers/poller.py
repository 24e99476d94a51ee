"""`python -m workers.poller`: does every job without any broker, by looking at the clock itself.

Celery and its broker may be gone for as long as they like: the poller looks at most a second
apart, and any number of pollers and workers get on, since each claim skips what another has.
"""

import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from types import FrameType

import structlog
from sqlalchemy.exc import SQLAlchemyError

from booking.database_shape import UnfitDatabase
from booking.kit.logs import configure_logging
from booking.settings import SettingsError
from workers import marks
from workers.batch import ROW_ERRORS
from workers.jobs import JOBS, Job
from workers.metrics_server import open_metrics_port
from workers.outage import is_told, went_well
from workers.runtime import refuse_unfit_database, runtime, tune_gc
from workers.timetable import Timetable
from workers.zone_watch import name_shifted

Run = Callable[[], object]

log = structlog.get_logger()


class BackgroundRunner:
    """Runs jobs one after another in a thread of their own.

    The poller may be the only one who sends, and does not wait for a carrier that is slow to list.
    """

    def __init__(self) -> None:
        self._hand = ThreadPoolExecutor(1, "asking")
        self._waiting: dict[str, Future[None]] = {}

    def __call__(self, name: str, run: Run) -> None:
        """Take a turn as soon as the ones before are over; not while the same still waits."""
        before = self._waiting.get(name)
        if before is not None:
            if not before.done():
                return
            before.result()
        self._waiting[name] = self._hand.submit(_contained, name, run)

    def close(self) -> None:
        """Wait for the turn under way; those that have not begun are dropped."""
        self._hand.shutdown(cancel_futures=True)


def run(stopping: threading.Event, jobs: Sequence[Job] = JOBS) -> None:
    """Do what is due until told to stop; a database that is away is looked for again."""
    rest_s = min(job.every for job in jobs).total_seconds()
    timetable, beside = Timetable(), BackgroundRunner()
    while not stopping.is_set():
        look(timetable, stopping, beside, jobs)
        marks.leave(marks.LOOP, runtime().settings.data_dir)
        stopping.wait(rest_s)
    beside.close()


def look(
    timetable: Timetable,
    stopping: threading.Event,
    beside: Callable[[str, Run], None],
    jobs: Sequence[Job] = JOBS,
) -> None:
    """Look once: do the jobs that are due, in the order of their table.

    What breaks in one keeps nobody from the next.
    """
    for job in jobs:
        now = time.monotonic()
        if not timetable.is_due(job.name, now):
            continue
        timetable.begin(job.name, job.every.total_seconds(), now)
        run_job = partial(job.run, runtime(), stopping.is_set)
        (beside if job.beside else _contained)(job.name, run_job)


def _contained(name: str, run: Run) -> None:
    """Take a turn, and survive whatever it meets: the next one may go well."""
    try:
        run()
        went_well()
    except SQLAlchemyError as error:
        if not is_told(error):
            log.error("a job broke off", job=name, error=type(error).__name__)
    except (OSError, *ROW_ERRORS) as error:
        log.error("a job broke off", job=name, error=type(error).__name__)


def main() -> int:
    """Run until SIGTERM or SIGINT; what is in flight then is finished first."""
    configure_logging()
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    try:
        open_metrics_port(runtime().settings)
        refuse_unfit_database()
    except (SettingsError, UnfitDatabase) as wrong:
        sys.exit(str(wrong))
    tune_gc()
    _contained("name shifted sessions", lambda: name_shifted(runtime()))
    run(stopping)
    runtime().sms.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
