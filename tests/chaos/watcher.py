"""Looks during the run whether a row stays claimed or sending for too long."""

import threading
from contextlib import suppress
from datetime import timedelta

from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from booking.messaging.message import MessageState
from booking.messaging.models import Message
from workers.jobs import JOB

LOOK_EVERY_S = 0.5
RECOVERY = JOB["release expired leases"].every
STEADY_FOR = RECOVERY + timedelta(seconds=3)
"""A database that was away cannot have been swept: for so long after, nothing is judged."""
WHO_WAITS = text("""
    SELECT pid, pg_blocking_pids(pid), client_port, state, wait_event, now() - xact_start,
        left(regexp_replace(query, '\\s+', ' ', 'g'), 120)
    FROM pg_stat_activity WHERE backend_type = 'client backend' AND xact_start IS NOT NULL
    ORDER BY xact_start
""")
ALLOWED = RECOVERY + timedelta(seconds=1)


class Watcher(threading.Thread):
    """Keeps the worst it sees: by how much a lease had run out, beyond the tick."""

    def __init__(self, runtime, steady_since):
        super().__init__(name="watcher", daemon=True)
        self.stopping = threading.Event()
        self.samples = 0
        self.worst = timedelta(0)
        self.overdue = {}
        self.scene = []
        self._runtime = runtime
        self._steady_since = steady_since

    def run(self):
        while not self.stopping.wait(LOOK_EVERY_S):
            if self._steady_since() > STEADY_FOR.total_seconds():
                with suppress(DBAPIError):
                    self.look()

    def _who_waits(self):
        """Return what PostgreSQL's processes are doing, for whoever has to find out why."""
        with self._runtime.database.read_only() as session:
            if session.get_bind().dialect.name != "postgresql":
                return ["(SQLite does not tell who waits)"]
            return ["  ".join(str(part) for part in row) for row in session.execute(WHO_WAITS)]

    def look(self):
        """Look once."""
        with self._runtime.database.read_only() as session:
            rows = session.execute(
                select(Message.id, Message.lease_until).where(
                    Message.state.in_((MessageState.CLAIMED, MessageState.SENDING))
                )
            ).all()
            now = self._runtime.clock.now()
        self.samples += 1
        for message_id, lease_until in rows:
            over = timedelta(days=1) if lease_until is None else now - lease_until
            self.worst = max(self.worst, over)
            if over > ALLOWED:
                self.scene = self.scene or self._who_waits()
                self.overdue[message_id] = max(over, self.overdue.get(message_id, over))
