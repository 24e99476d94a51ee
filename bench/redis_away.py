"""Reminders that come due while Redis is stopped: none lost, none doubled, and how late."""

import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import requests
from sqlalchemy import func, select

from bench.figures import Figure, at_most, percentile
from bench.rig import Rig, rig, until
from bench.rows import book_reminded, open_practice
from bench.servers import Servers
from booking.messaging.kinds import Kind
from booking.messaging.message import MessageEventType
from booking.messaging.models import Message, MessageEvent
from tests.chaos.machines import RedisServer

EVERYTHING = ("phone", "worker", "loop", "beat")
THERAPISTS = 20
EVERY = timedelta(seconds=0.4)
LEAD, BEFORE, AFTER = timedelta(seconds=5), timedelta(seconds=15), timedelta(seconds=60)
"""Celery asks for its broker at most half a minute apart: it is back well within the last."""
IN_TIME_S = 5.0
PATIENCE_S = 60.0
REMINDERS = Message.kind == Kind.REMINDER


@dataclass(frozen=True)
class Outage:
    """When Redis went and when it came back."""

    went_at: datetime
    came_at: datetime

    def covers(self, instant: datetime) -> bool:
        """Whether Redis was away then."""
        return self.went_at <= instant < self.came_at


def measure(servers: Servers, *, away_s: float, seed: int) -> Iterator[Figure]:
    """Yield what the ledger says of the reminders that came due before, during and after."""
    with (
        _own_redis() as redis,
        servers.database() as database_url,
        rig(database_url, redis_url=redis.url, staying=EVERYTHING, SENDER_RATE="100") as bench,
    ):
        outage = _live_through(bench, redis, timedelta(seconds=away_s), seed)
        due, taken = _due(bench), _taken(bench)
        celery_sent_at = _first_claim_by_celery(bench, outage.came_at)
    late = _lateness(due, taken, outage)
    name = f"Redis away for {away_s:.0f} s"
    yield Figure(f"{name}: reminders due meanwhile", len(late), f"of {len(due)}")
    yield at_most(f"{name}: lost", sum(not taken[one] for one in due), "", 0)
    yield at_most(f"{name}: doubled", sum(len(taken[one]) > 1 for one in due), "", 0)
    yield Figure(f"{name}: lateness meanwhile, p50", percentile(late, 50), "s")
    yield at_most(f"{name}: lateness meanwhile, p95", percentile(late, 95), "s", IN_TIME_S)
    yield Figure(f"{name}: lateness meanwhile, p99", percentile(late, 99), "s")
    waited = (celery_sent_at - outage.came_at).total_seconds() if celery_sent_at else float("nan")
    yield Figure("Celery sends again after Redis is back, in", waited, "s")


@contextmanager
def _own_redis() -> Iterator[RedisServer]:
    """Run a Redis that keeps nothing, to be killed and started again."""
    with tempfile.TemporaryDirectory(prefix="lupine-bench-redis-") as folder:
        redis = RedisServer(Path(folder) / "redis")  # type: ignore[no-untyped-call]
        redis.start()  # type: ignore[no-untyped-call]
        try:
            redis.wait_until_ready()  # type: ignore[no-untyped-call]
            yield redis
        finally:
            redis.crash()  # type: ignore[no-untyped-call]


def _live_through(bench: Rig, redis: RedisServer, away: timedelta, seed: int) -> Outage:
    """Let reminders come due one after another, and kill Redis in the midst of them."""
    clock = bench.runtime.clock
    now = clock.now()
    first = now + LEAD
    instants = [first + number * EVERY for number in range((BEFORE + away + AFTER) // EVERY)]
    practice = open_practice(bench.engine, THERAPISTS, now)
    book_reminded(bench.engine, practice, instants, now=now, seed=seed)
    _sleep_until(bench, first + BEFORE)
    redis.crash()  # type: ignore[no-untyped-call]
    went_at = clock.now()
    _sleep_until(bench, went_at + away)
    redis.start()  # type: ignore[no-untyped-call]
    came_at = clock.now()
    _sleep_until(bench, instants[-1])
    with suppress(TimeoutError):  # then some are lost, and are counted so
        until(lambda: _accepted(bench) == len(instants), "the last", patience_s=PATIENCE_S)
    return Outage(went_at, came_at)


def _sleep_until(bench: Rig, instant: datetime) -> None:
    time.sleep(max(0.0, (instant - bench.runtime.clock.now()).total_seconds()))


def _accepted(bench: Rig) -> int:
    with bench.runtime.database.read_only() as session:
        return session.scalar(select(func.count(Message.accepted_at)).where(REMINDERS)) or 0


def _due(bench: Rig) -> dict[str, datetime]:
    """Return when each phone's one reminder was due."""
    with bench.runtime.database.read_only() as session:
        rows = session.execute(select(Message.recipient, Message.due_at).where(REMINDERS))
        return dict(rows.tuples().all())


def _taken(bench: Rig) -> Mapping[str, list[datetime]]:
    """Return when the carrier accepted what for each phone, by its ledger."""
    answer = requests.get(f"{bench.stack.phone_url}/ledger", params={"kind": "create"}, timeout=60)
    answer.raise_for_status()
    found = defaultdict(list)
    for row in answer.json():
        if row["outcome"] == "accepted":
            found[row["to"]].append(datetime.fromisoformat(row["at"]))
    return found


def _lateness(
    due: Mapping[str, datetime], taken: Mapping[str, list[datetime]], outage: Outage
) -> list[float]:
    """Return how late each reminder due during the outage was accepted, in seconds."""
    return [
        (min(taken[phone]) - at).total_seconds() if taken[phone] else float("inf")
        for phone, at in due.items()
        if outage.covers(at)
    ]


def _first_claim_by_celery(bench: Rig, after: datetime) -> datetime | None:
    """Return when somebody other than the plain loop first took a reminder in hand again."""
    loop = next(child for child in bench.stack.children if child.program.name == "loop")
    with bench.runtime.database.read_only() as session:
        claims = session.scalars(
            select(MessageEvent)
            .where(MessageEvent.type == MessageEventType.CLAIMED, MessageEvent.at >= after)
            .order_by(MessageEvent.id)
        )
        others = (one.at for one in claims if not one.detail["owner"].endswith(f":{loop.pid}"))
        return next(others, None)
