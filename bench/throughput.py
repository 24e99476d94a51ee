"""Messages a second, from due to recorded, with every guard, state and write."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from bench.figures import Figure, at_least
from bench.rig import Rig, rig, until
from bench.rows import book_reminded, open_practice
from bench.servers import Servers
from booking.messaging.message import MessageState
from booking.messaging.models import Message

THERAPISTS = 100
LEAD = timedelta(seconds=1)
"""How long after the last row is written the load comes due."""
SLOW_S = 0.1
LATER, DELIVERED, EVERY = "later", "delivered", "every step"
"""When the carrier reports back: after the measurement, each delivery, or each step."""
BARS = {1: 500.0, 2: 900.0}


@dataclass(frozen=True)
class Load:
    """Reminders due at one instant."""

    ids: list[UUID]
    due_at: datetime


def measure(servers: Servers, count: int, *, seed: int, reports: str) -> Iterator[Figure]:
    """Yield messages a second from one sender and from two, at both latencies of the carrier.

    `reports` says which status reports the carrier sends back while the sending goes on.
    """
    with servers.database() as database_url, reporting(database_url, reports) as bench:
        practice = open_practice(bench.engine, THERAPISTS, bench.runtime.clock.now())
        done = 0
        for latency_s in (0.0, SLOW_S):
            bench.carrier(*slowness(latency_s))
            for senders in (1, 2):
                with bench.senders(senders):
                    now = bench.runtime.clock.now()
                    due_at = now + LEAD + timedelta(seconds=count / 2_000)
                    ids = book_reminded(
                        bench.engine, practice, [due_at] * count, now=now, seed=seed, first=done
                    )
                    rate = drained(bench, Load(ids, due_at))
                done += count
                name = f"{senders} sender(s), carrier {latency_s * 1000:.0f} ms, reports {reports}"
                yield at_least(name, rate, "messages/s", BARS[senders])


def slowness(latency_s: float) -> list[dict[str, str | float]]:
    """Return the fault that makes the carrier take so long over each text."""
    return [{"kind": "delay", "seconds": latency_s}] if latency_s else []


def drained(bench: Rig, load: Load) -> float:
    """Wait until the whole load was accepted; return how many a second that made."""
    until(lambda: _left(bench, load) == 0, "the last message")
    with bench.runtime.database.read_only() as session:
        last = session.scalar(
            select(func.max(Message.accepted_at)).where(Message.due_at == load.due_at)
        )
    if last is None:
        raise RuntimeError("nothing was accepted")
    return len(load.ids) / (last - load.due_at).total_seconds()


def _left(bench: Rig, load: Load) -> int:
    with bench.runtime.database.read_only() as session:
        left = session.scalar(
            select(func.count()).where(Message.due_at == load.due_at, Message.accepted_at.is_(None))
        )
        lost = session.scalar(
            select(func.count()).where(
                Message.due_at == load.due_at,
                Message.state.in_((MessageState.FAILED, MessageState.CANCELLED)),
            )
        )
    if lost:
        raise RuntimeError(f"{lost} messages were not sent")
    return left or 0


def reporting(database_url: str, reports: str) -> AbstractContextManager[Rig]:
    """Start a rig whose carrier reports nothing meanwhile, deliveries only, or every step."""
    if reports == LATER:
        return rig(database_url, SANDBOX_SENT_AFTER="3600")
    statuses = "" if reports == EVERY else reports
    return rig(database_url, staying=("phone", "web"), SANDBOX_CALLBACK_STATUSES=statuses)
