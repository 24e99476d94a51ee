"""Measures the naive design on the same simulator, Redis and machine."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from celery import Celery
from sqlalchemy import text

from bench import naive
from bench.figures import Figure, spread
from bench.rig import Rig, rig, until
from bench.rows import phone
from bench.servers import Servers
from bench.throughput import SLOW_S, slowness

PROCESSES = "2"
MOVED = 20
AHEAD = timedelta(seconds=4)
LATER = timedelta(seconds=10)


def measure(servers: Servers, count: int, *, over_s: float, seed: int) -> Iterator[Figure]:
    """Yield messages a second, lateness, and what becomes of reminders after a move."""
    with (
        servers.database() as database_url,
        servers.broker() as redis_url,
        rig(database_url, redis_url=redis_url) as bench,
        _worker(bench),
    ):
        queue = Celery("naive", broker=redis_url)
        for latency_s in (0.0, SLOW_S):
            bench.carrier(*slowness(latency_s))
            many = count if latency_s == 0 else count // 5
            rate = _throughput(bench, queue, many)
            yield Figure(
                f"naive, {PROCESSES} processes, carrier {latency_s * 1000:.0f} ms",
                rate,
                "messages/s",
            )
        bench.carrier()
        yield from spread("naive, lateness", _lateness(bench, queue, over_s, seed), "s")
        twice = _after_a_move(bench, queue)
        yield Figure(f"naive, texts at the old time after {MOVED} moves", twice, "")


@contextmanager
def _worker(bench: Rig) -> Iterator[None]:
    with bench.engine.begin() as connection:
        connection.execute(text(naive.TABLE))
    celery = ("-m", "celery", "--quiet", "-A", "bench.naive", "worker", "--loglevel", "ERROR")
    quiet = "ignore:You're running the worker with superuser privileges"
    with bench.running("naive", *celery, "--concurrency", PROCESSES, PYTHONWARNINGS=quiet):
        yield


def _add(bench: Rig, queue: Celery, instants: list[datetime], first: int) -> None:
    """Write appointments and enqueue the reminder of each, as the sample does on booking."""
    rows = [
        {"id": first + n, "phone": phone(first + n), "at": at + timedelta(hours=24), "remind": at}
        for n, at in enumerate(instants)
    ]
    with bench.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO naive_appointment VALUES (:id, :phone, :at, :remind)"), rows
        )
    for number, at in enumerate(instants, first):
        queue.send_task("bench.naive.remind", args=[number], eta=at)


def _throughput(bench: Rig, queue: Celery, count: int) -> float:
    first = _sent(bench)
    now = bench.runtime.clock.now()
    _add(bench, queue, [now] * count, first)
    until(lambda: _sent(bench) == first + count, "the last text")
    with bench.engine.connect() as connection:
        began, ended = connection.execute(
            text("SELECT min(at), max(at) FROM naive_sent WHERE appointment_id >= :first"),
            {"first": first},
        ).one()
    took: timedelta = ended - began
    return count / took.total_seconds()


def _lateness(bench: Rig, queue: Celery, over_s: float, seed: int) -> list[float]:
    dice = random.Random(seed)  # noqa: S311
    first, count = _sent(bench), 100
    now = bench.runtime.clock.now() + AHEAD
    instants = [now + timedelta(seconds=dice.uniform(0, over_s)) for _ in range(count)]
    _add(bench, queue, instants, first)
    until(lambda: _sent(bench) == first + count, "the last text")
    with bench.engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT remind_at, at FROM naive_sent "
                "JOIN naive_appointment ON naive_appointment.id = appointment_id "
                "WHERE appointment_id >= :first"
            ),
            {"first": first},
        ).all()
    return [(at - remind_at).total_seconds() for remind_at, at in rows]


def _after_a_move(bench: Rig, queue: Celery) -> int:
    """Move appointments before their reminders are due; return how many texts went all the same.

    The sample's task knows only the appointment's id: a task of the old time is not found
    again, and finds the appointment.
    """
    first = _sent(bench)
    old = bench.runtime.clock.now() + AHEAD
    _add(bench, queue, [old] * MOVED, first)
    with bench.engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE naive_appointment SET remind_at = :new, starts_at = starts_at + "
                "interval '1 day' WHERE id >= :first"
            ),
            {"new": old + LATER, "first": first},
        )
    for number in range(first, first + MOVED):
        queue.send_task("bench.naive.remind", args=[number], eta=old + LATER)
    until(lambda: bench.runtime.clock.now() > old + LATER - timedelta(seconds=1), "the new time")
    return _sent(bench) - first


def _sent(bench: Rig) -> int:
    with bench.engine.connect() as connection:
        return connection.scalar(text("SELECT count(*) FROM naive_sent")) or 0
