"""Looks during the run whether a row stays claimed or sending for too long."""

import threading
from contextlib import suppress
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from booking.domain.message import MessageState
from booking.models import Message
from workers.broker import RECOVERY

LOOK_EVERY_S = 0.5
STEADY_FOR = RECOVERY + timedelta(seconds=3)
"""A database that was away cannot have been swept: for so long after, nothing is judged."""
ALLOWED = RECOVERY + timedelta(seconds=1)


class Watcher(threading.Thread):
    """Keeps the worst it sees: by how much a lease had run out, beyond the tick."""

    def __init__(self, runtime, steady_since):
        super().__init__(name="watcher", daemon=True)
        self.stopping = threading.Event()
        self.samples = 0
        self.rows = 0
        self.worst = timedelta(0)
        self.overdue = {}
        self._runtime = runtime
        self._steady_since = steady_since

    def run(self):
        while not self.stopping.wait(LOOK_EVERY_S):
            if self._steady_since() > STEADY_FOR.total_seconds():
                with suppress(DBAPIError):
                    self.look()

    def look(self):
        """Look once."""
        with self._runtime.database.reading() as session:
            rows = session.execute(
                select(Message.id, Message.lease_until).where(
                    Message.state.in_((MessageState.CLAIMED, MessageState.SENDING))
                )
            ).all()
            now = self._runtime.clock.now()
        self.samples += 1
        self.rows += len(rows)
        for message_id, lease_until in rows:
            over = timedelta(days=1) if lease_until is None else now - lease_until
            self.worst = max(self.worst, over)
            if over > ALLOWED:
                self.overdue[message_id] = max(over, self.overdue.get(message_id, over))
