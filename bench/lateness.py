"""How late a text is, from due to accepted, where nothing is in its way."""

import random
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import func, select

from bench.figures import Figure, at_most, percentile
from bench.rig import Rig, rig, until
from bench.rows import book_reminded, open_practice
from bench.servers import Servers
from booking.messaging.models import Message

EVERYTHING = ("phone", "worker", "beat")
THERAPISTS = 20
LEAD = timedelta(seconds=5)
BARS = {50: 1.0, 95: 3.0, 99: 10.0}


def measure(servers: Servers, count: int, *, over_s: float, seed: int) -> Iterator[Figure]:
    """Yield percentiles of lateness, in seconds, with Celery, its beat and the plain loop."""
    with (
        servers.database() as database_url,
        servers.broker() as redis_url,
        rig(database_url, redis_url=redis_url, staying=EVERYTHING, SENDER_RATE="100") as bench,
        bench.running("loop", "-m", "workers.poller"),
    ):
        late = lateness(bench, count, over_s, seed)
    for percent, limit in BARS.items():
        yield at_most(
            f"lateness of {count} texts, p{percent}", percentile(late, percent), "s", limit
        )


def lateness(bench: Rig, count: int, over_s: float, seed: int) -> list[float]:
    """Let reminders come due at random instants; return how late each was accepted, in seconds."""
    dice = random.Random(seed)  # noqa: S311
    now = bench.runtime.clock.now()
    practice = open_practice(bench.engine, THERAPISTS, now)
    instants = [now + LEAD + timedelta(seconds=dice.uniform(0, over_s)) for _ in range(count)]
    book_reminded(bench.engine, practice, instants, now=now, seed=seed)
    until(lambda: _accepted(bench) == count, "the last reminder")
    with bench.runtime.database.read_only() as session:
        rows = session.execute(select(Message.due_at, Message.accepted_at)).all()
    return [(accepted - due).total_seconds() for due, accepted in rows if accepted is not None]


def _accepted(bench: Rig) -> int:
    with bench.runtime.database.read_only() as session:
        return session.scalar(select(func.count(Message.accepted_at))) or 0
