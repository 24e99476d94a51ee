"""`python -m workers.loop`: sends without any broker, by looking at the database itself.

Celery and its broker may be gone for as long as they like: this loop looks at most a second
apart, and any number of loops and workers get on, since each claim skips what another has.
"""

import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import FrameType

import structlog
from sqlalchemy.exc import SQLAlchemyError

from booking.database_shape import UnfitDatabase
from booking.kit.logs import configure_logging
from booking.messaging import send_results as outcomes
from booking.settings import SettingsError
from workers import marks
from workers.asking import ask_the_carrier
from workers.batch import MISHAPS
from workers.metrics_port import open_metrics_port
from workers.outage import is_told, went_well
from workers.receiving import act_on_waiting, look_for_missed
from workers.runtime import owner, refuse_unfit_database, runtime, spare_collector
from workers.sending import send_due
from workers.watch import watch_over
from workers.zone_watch import fill_wall_times, name_shifted

LOOK_EVERY_S = 1.0
RECOVER_EVERY = 5
ASK_EVERY = 15
WATCH_EVERY = 30
MISSED_EVERY = 300
"""In looks."""

Turn = Callable[[], object]

log = structlog.get_logger()


class Beside:
    """Takes turns at asking the carrier in a thread of its own.

    The loop may be the only one who sends, and does not wait for a carrier that is slow to list.
    """

    def __init__(self) -> None:
        self._hand = ThreadPoolExecutor(1, "asking")
        self._waiting: dict[str, Future[None]] = {}

    def __call__(self, name: str, turn: Turn) -> None:
        """Take a turn as soon as the ones before are over; not while the same still waits."""
        before = self._waiting.get(name)
        if before is not None:
            if not before.done():
                return
            before.result()
        self._waiting[name] = self._hand.submit(_contained, name, turn)

    def close(self) -> None:
        """Wait for the turn under way; those that have not begun are dropped."""
        self._hand.shutdown(cancel_futures=True)


def run(stopping: threading.Event) -> None:
    """Send what is due until told to stop; a database that is away is looked for again."""
    looks = 0
    beside = Beside()
    while not stopping.is_set():
        look(looks, stopping, beside)
        looks += 1
        marks.leave(marks.LOOP, runtime().settings.data_dir)
        stopping.wait(LOOK_EVERY_S)
    beside.close()


def look(number: int, stopping: threading.Event, beside: Callable[[str, Turn], None]) -> None:
    """Look once: send, and every few times do what else must go on without a broker.

    What breaks in one turn keeps nobody from the next.
    """
    _contained("send", lambda: send_due(runtime(), owner(), should_stop=stopping.is_set))
    if number % RECOVER_EVERY == 0:
        _contained("recover", _recover)
        _contained("act", lambda: act_on_waiting(runtime(), should_stop=stopping.is_set))
    if number % ASK_EVERY == 0:
        beside("ask", lambda: ask_the_carrier(runtime(), should_stop=stopping.is_set))
    if number % MISSED_EVERY == 0:
        beside("missed", lambda: look_for_missed(runtime()))
        _contained("fill", lambda: fill_wall_times(runtime()))
    if number == 0:
        _contained("zones", lambda: name_shifted(runtime()))
    if number % WATCH_EVERY == 0:
        _contained("watch", lambda: watch_over(runtime()))


def _recover() -> None:
    with runtime().database.transaction() as session:
        outcomes.recover(session, now=runtime().clock.now())


def _contained(name: str, turn: Turn) -> None:
    """Take a turn, and survive whatever it meets: the next one may go well."""
    try:
        turn()
        went_well()
    except SQLAlchemyError as error:
        if not is_told(error):
            log.error("a turn broke off", turn=name, error=type(error).__name__)
    except (OSError, *MISHAPS) as error:
        log.error("a turn broke off", turn=name, error=type(error).__name__)


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
    spare_collector()
    run(stopping)
    runtime().sms.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
