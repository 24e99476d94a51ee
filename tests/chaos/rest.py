"""How a run comes to rest: nothing is due, on its way or owed any more."""

import subprocess
import sys
import time

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from booking.messaging.inbound_models import InboundMessage
from booking.messaging.message import MessageState
from booking.messaging.models import Message
from launch.programs import PROJECT
from tests.chaos.invariants import UNFINISHED

LONGEST_S = 90.0
FETCH_EVERY_S = 6.0
LOOK_EVERY_S = 0.25


class Rest:
    """Waits until a Lupine has done all there is to do."""

    def __init__(self, runtime, carrier, folder, environment):
        self._runtime, self._carrier = runtime, carrier
        self._folder, self._environment = folder, environment

    def wait(self, tend, longest_s=LONGEST_S):
        """Wait, and meanwhile `tend`; returns how many seconds it took."""
        began = time.monotonic()
        self.fetch_missed()
        fetched_at = time.monotonic()
        while time.monotonic() < began + longest_s:
            tend()
            time.sleep(LOOK_EVERY_S)
            if self.is_there():
                break
            if time.monotonic() > fetched_at + FETCH_EVERY_S:
                fetched_at = time.monotonic()
                self.fetch_missed()
        return time.monotonic() - began

    def fetch_missed(self):
        """Look for texts whose webhook never came, without waiting for the turn of that."""
        with (self._folder / "log" / "missed.log").open("ab") as log:
            subprocess.run(
                [sys.executable, "-m", "tests.chaos.missed"],
                cwd=PROJECT,
                env=self._environment,
                stdout=log,
                stderr=log,
            )

    def is_there(self):
        """Whether nothing is left to do."""
        now = self._runtime.clock.now()
        unfinished = select(func.count(Message.id)).where(
            Message.state.in_(UNFINISHED - {MessageState.PENDING})
            | ((Message.state == MessageState.PENDING) & (Message.next_attempt_at <= now))
        )
        waiting = select(func.count(InboundMessage.sid)).where(InboundMessage.handled_at.is_(None))
        soon = select(func.count(Message.id)).where(
            Message.state == MessageState.PENDING, Message.due_at <= now
        )
        lease = self._runtime.policies.delivery.lease
        postponed = soon.where(Message.next_attempt_at > now + lease)
        try:
            with self._runtime.database.read_only() as session:
                left = session.scalar(unfinished) + session.scalar(waiting)
                left += session.scalar(soon) - session.scalar(postponed)
        except DBAPIError:
            return False
        return not left and self._carrier.is_idle()
