"""Where a sender dies: named points around each commit and each call to the carrier."""

import os
import re
import signal
import threading
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.orm import sessionmaker

from booking.kit.db import Database

COMMITS = ("claim", "start", "recover", "settle", "record")
_TOLD_BY = {
    "claimed": "claim",
    "started": "start",
    "lease_lapsed": "recover",
    "report": "settle",
    "absent": "settle",
    "accepted": "record",
    "unknown": "record",
    "not_processed": "record",
    "failed": "record",
}
"""The step of a message's history that tells what a transaction is for."""
_STEP = re.compile("'(" + "|".join(_TOLD_BY) + ")'")
SITE_COMMITS = {"keep": 0.02, "handle": 0.02, "report": 0.005}
"""What the website writes when the carrier calls, and how likely it dies there each time."""
_INBOUND = {"INSERT INTO inbound_message": "keep", "UPDATE inbound_message": "handle"}

ANY_MOMENT = "at any moment"
DEATHS = (
    *(f"{when} commit of {what}" for what in COMMITS for when in ("before", "after")),
    "before the call",
    "during the call",
    "after the call",
    "after the mail",
    ANY_MOMENT,
)
SITE_DEATHS = tuple(
    f"the site {when} commit of {what}" for what in SITE_COMMITS for when in ("before", "after")
)
STALL_ANYWHERE = "stall at any moment"
"""May fall between the lease's last check and the write to the carrier, which nothing can close."""
STALLS = ("stall after commit of claim", "stall before the call", STALL_ANYWHERE)
WEIGHTS = {
    **dict.fromkeys(DEATHS, 3),
    ANY_MOMENT: 1,
    **{point: 5 for point in DEATHS if point.endswith("settle")},
    **dict.fromkeys(STALLS, 1),
}
"""How often a life is to end at each point; it may end otherwise before it comes there."""


class Tripwire:
    """Ends this process, or stops it for a while, when it comes to one point for the nth time.

    The point is written down before, in one write, which survives the process.
    """

    def __init__(self, point, nth, journal, calm):
        self.point = point
        self._left = nth
        self._journal = journal
        self._calm = calm
        self._lock = threading.Lock()

    def reach(self, point):
        """Say that a point is reached."""
        if point in {self.point, self.point.removeprefix("stall ")}:
            with self._lock:
                self._left -= 1
                if self._left == 0:
                    self.snap()

    def snap(self):
        """Die here, unless the run is already draining."""
        if self._calm.exists():
            return
        os.write(self._journal, f"{self.point}\n".encode())
        is_stall = self.point.startswith("stall")
        os.kill(os.getpid(), signal.SIGSTOP if is_stall else signal.SIGKILL)

    def snap_after(self, seconds):
        """Die in so many seconds; returns what calls it off."""
        timer = threading.Timer(seconds, self.snap)
        timer.daemon = True
        timer.start()
        return timer.cancel


class SiteTripwire:
    """Ends the website at one of its points, now and then."""

    def __init__(self, chance, journal, calm):
        self._chance, self._journal, self._calm = chance, journal, calm

    def reach(self, point):
        """Say that a point is reached."""
        what = point.rpartition(" ")[2]
        if self._chance.random() < SITE_COMMITS.get(what, 0.0) and not self._calm.exists():
            os.write(self._journal, f"the site {point}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)


class CrashingDatabase(Database):
    """The real transactions, with a tripwire before and after each commit."""

    def __init__(self, engine, wire, name_of):
        super().__init__(sessionmaker(engine, expire_on_commit=False))
        self._wire = wire
        self._name_of = name_of
        event.listen(engine, "before_cursor_execute", self._look)

    @contextmanager
    def transaction(self):
        with super().transaction() as session:
            steps = session.connection().info["steps"] = set()
            yield session
            session.flush()
            name = self._name_of(steps)
            self._wire.reach(f"before commit of {name}")
        self._wire.reach(f"after commit of {name}")

    def _look(self, connection, _cursor, statement, parameters, _context, _many):
        steps = connection.info.setdefault("steps", set())
        if "INTO message_event" in statement:
            steps.update(_STEP.findall(repr(parameters)))
        steps.update(what for begin, what in _INBOUND.items() if statement.startswith(begin))


def commit_name(steps):
    """Say what a transaction is for, from the steps it adds to histories."""
    names = {_TOLD_BY[step] for step in steps if step in _TOLD_BY}
    return next((name for name in COMMITS if name in names), "something else")


def site_commit_name(steps):
    """Say what a transaction of the website is for."""
    return next((name for name in SITE_COMMITS if name in steps), "something else")


class CrashingSms:
    """The real gateway to the carrier, with a tripwire before, in and after each call."""

    def __init__(self, gateway, wire, random):
        self._gateway = gateway
        self._wire = wire
        self._random = random

    def send(self, texts):
        if not texts:
            return []
        self._wire.reach("before the call")
        call_off = None
        if self._wire.point == "during the call":
            call_off = self._wire.snap_after(self._random.uniform(0.0, 0.05))
        results = self._gateway.send(texts)
        if call_off:
            call_off()
        self._wire.reach("after the call")
        return results

    def __getattr__(self, name):
        return getattr(self._gateway, name)


class CrashingMail:
    """The real gateway to the mail server, with a tripwire after each call."""

    def __init__(self, gateway, wire):
        self._gateway = gateway
        self._wire = wire

    def send(self, mails):
        results = self._gateway.send(mails)
        if mails:
            self._wire.reach("after the mail")
        return results
