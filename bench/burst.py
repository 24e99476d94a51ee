"""Many reminders due at one instant, at a sender's real rate, and an answer in their midst."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select

from bench.figures import Figure, at_most
from bench.lateness import EVERYTHING
from bench.rig import Rig, rig, until
from bench.rows import book_reminded, open_practice, phone
from bench.servers import Servers
from booking.clinic.actor import System
from booking.messaging.kinds import Channel, Kind
from booking.messaging.models import Message
from booking.messaging.outbox import ANSWER_TEXT_TTL, NewMessage, queue

RATE = 100.0
"""Segments a second."""
THERAPISTS = 100
LEAD = timedelta(seconds=3)
SLACK = 1.1
NOBODYS = 30_000
"""The number, far beyond those of the reminders, that asks something in the middle."""


def measure(servers: Servers, count: int, *, seed: int) -> Iterator[Figure]:
    """Yield the time until the last reminder was accepted, and the wait of the answer."""
    with (
        servers.database() as database_url,
        servers.broker() as redis_url,
        rig(database_url, redis_url=redis_url, staying=EVERYTHING, SENDER_RATE=str(RATE)) as bench,
        bench.running("loop", "-m", "workers.poller"),
    ):
        now = bench.runtime.clock.now()
        practice = open_practice(bench.engine, THERAPISTS, now)
        due_at = now + LEAD + timedelta(seconds=count / 1_000)
        book_reminded(bench.engine, practice, [due_at] * count, now=now, seed=seed)
        until(lambda: _accepted(bench, Kind.REMINDER) >= count // 2, "the middle of the burst")
        asked_at = bench.runtime.clock.now()
        _ask_for_help(bench, asked_at)
        until(lambda: _accepted(bench, Kind.HELP) == 1, "the answer")
        until(lambda: _accepted(bench, Kind.REMINDER) == count, "the last reminder")
        drained_s = (_last_accepted(bench, Kind.REMINDER) - due_at).total_seconds()
        waited_s = (_last_accepted(bench, Kind.HELP) - asked_at).total_seconds()
        segments = _segments(bench)
    name = f"{count} due at one instant ({segments} segments), at {RATE:.0f} segments/s"
    yield at_most(name, drained_s, "s", SLACK * segments / RATE)
    yield Figure("an answer queued in their midst waited", waited_s, "s")


def _ask_for_help(bench: Rig, now: datetime) -> None:
    draft = NewMessage(
        kind=Kind.HELP,
        channel=Channel.SMS,
        recipient=phone(NOBODYS),
        language="en",
        zone=bench.runtime.clinic.zone,
        due_at=now,
        expires_at=now + ANSWER_TEXT_TTL,
        subject="the question of the bench",
    )
    with bench.runtime.unit_of_work(System.WORKERS, now) as uow:
        queue(uow, draft)


def _accepted(bench: Rig, kind: Kind) -> int:
    with bench.runtime.database.read_only() as session:
        found = session.scalar(select(func.count(Message.accepted_at)).where(Message.kind == kind))
    return found or 0


def _last_accepted(bench: Rig, kind: Kind) -> datetime:
    with bench.runtime.database.read_only() as session:
        last = session.scalar(select(func.max(Message.accepted_at)).where(Message.kind == kind))
    if last is None:
        raise RuntimeError(f"no {kind} was accepted")
    return last


def _segments(bench: Rig) -> int:
    with bench.runtime.database.read_only() as session:
        return session.scalar(select(func.sum(Message.segments))) or 0
