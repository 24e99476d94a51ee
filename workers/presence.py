"""How a worker shows that it turns, with a broker or without.

While it is connected, its own event loop leaves the mark; a loop that hangs leaves none. While it
waits for its broker that loop stands still, and a thread beside it leaves the mark.
"""

import threading
from typing import Any

from celery import bootsteps

from workers import marks

EVERY_S = 10.0


class Presence(bootsteps.StartStopStep):
    """A part of the worker's consumer, which starts when it is connected and stops when not."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, consumer: Any, **_: Any) -> None:
        super().__init__(consumer)
        self._turning: Any = None

    def start(self, consumer: Any) -> None:
        """Have the worker's own timer leave the mark."""
        is_waiting.clear()
        marks.leave(marks.WORKER)
        self._turning = consumer.timer.call_repeatedly(EVERY_S, marks.leave, (marks.WORKER,))

    def stop(self, consumer: Any) -> None:
        """Leave it to the thread, until the next start."""
        is_waiting.set()
        if self._turning is not None:
            self._turning.cancel()
            self._turning = None


is_waiting = threading.Event()


def watch_over_waiting() -> None:
    """Leave the mark while the worker waits for its broker; called once, as it starts."""
    is_waiting.set()
    threading.Thread(target=_be_seen_waiting, name="presence", daemon=True).start()


def _be_seen_waiting() -> None:
    turn = threading.Event()
    while is_waiting.wait():
        marks.leave(marks.WORKER)
        turn.wait(EVERY_S)
