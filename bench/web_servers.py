"""The site behind one server after the other: bookings, reports, memory, and clients that dribble.

A candidate that is not installed is passed over: only the site's own is among Lupine's libraries.
BENCH_SERVERS names a folder with the others, made by `uv pip install --target`. What was found is
in docs/decisions/0010-the-web-server.md.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median

import psutil
from twilio.request_validator import RequestValidator

from bench.booking_race import CROWD, arrive, book_all, slots_of
from bench.dribble import Slow, dribbling
from bench.figures import Figure, percentile
from bench.rig import Rig, rig, until
from bench.rows import book_reminded, open_practice
from bench.servers import Servers
from bench.visitors import Visitor
from bench.webhooks import ACCEPTED, report
from booking.runtime import STATUS_PATH
from launch.health import site_answers
from launch.ports import LOOPBACK, free_port
from launch.process import Child
from launch.programs import PROJECT

GUNICORN = ("-m", "gunicorn", "-c", str(PROJECT / "launch" / "gunicorn_conf.py"))
APP = "booking.wsgi:app"
CANDIDATES = {
    "gthread": (*GUNICORN, "--worker-class", "gthread", APP),
    "ours": (*GUNICORN, APP),
    "gevent": (*GUNICORN, "--worker-class", "gevent", APP),
    **{
        name: ("-m", "bench.serving", name)
        for name in ("granian", "waitress", "hypercorn", "uvicorn", "cheroot")
    },
}
BOOKINGS, REPORTS, PER_SECOND = 200, 300, 50.0
SLOW_CLIENTS = 100
IDLE_CLIENTS = 600
DRIBBLED_S = 12.0
GIVEN_UP_S = 8.0


@dataclass
class Seen:
    """What one server did, over all rounds."""

    rates: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    slowest: dict[str, float] = field(default_factory=dict)


def measure(servers: Servers, *, rounds: int, only: tuple[str, ...]) -> Iterator[Figure]:
    """Yield each server's figures: servers take turns, so that a busy machine is busy for all."""
    seen = {name: Seen() for name in CANDIDATES if not only or name in only}
    for turn in range(rounds):
        for name in list(seen):
            try:
                _one_turn(servers, name, seen[name], turn=turn)
            except (OSError, RuntimeError) as failed:
                print(f"  {name} is left out: {failed}", flush=True)
                del seen[name]
    for name, found in seen.items():
        yield Figure(f"{name}: bookings, median of {rounds}", median(found.rates), "bookings/s")
        yield Figure(f"{name}: status report, p50", percentile(found.took, 50), "ms")
        yield Figure(f"{name}: status report, p99", percentile(found.took, 99), "ms")
        yield Figure(f"{name}: memory (PSS), median", median(found.memory), "MB")
        for what, slowest in found.slowest.items():
            yield Figure(f"{name}: slowest answer beside {what}", slowest, "s")


def _one_turn(servers: Servers, name: str, seen: Seen, *, turn: int) -> None:
    """Measure one server once."""
    with ExitStack() as stack:
        database_url = stack.enter_context(servers.database())
        redis_url = stack.enter_context(servers.broker())
        bench = stack.enter_context(rig(database_url, redis_url=redis_url, staying=()))
        port = free_port()
        bench.stack.settings["PORT"] = str(port)
        address = f"http://{LOOPBACK}:{port}"
        changes = {"PYTHONPATH": _path(), "WEB_PROCESSES": "2", "PORT": str(port)}
        child = stack.enter_context(bench.running(name, *CANDIDATES[name], **changes))
        until(lambda: _answers(child, address), name, patience_s=30)
        practice = open_practice(bench.engine, CROWD * 2, bench.runtime.clock.now())
        crowd = arrive(bench, CROWD, address)
        each = [slots_of(practice, number, BOOKINGS // CROWD) for number in range(CROWD)]
        seen.rates.append(book_all(crowd, each))
        for visitor in crowd:
            visitor.close()
        now = bench.runtime.clock.now()
        ids = book_reminded(bench.engine, practice, [now] * REPORTS, now=now, seed=turn)
        with bench.engine.begin() as connection:
            connection.execute(ACCEPTED)
        seen.took += report(bench, ids, PER_SECOND, address)
        seen.memory.append(_pss_mb(child.pid))
        for what, count in ((Slow.HEADERS, SLOW_CLIENTS), (Slow.BODIES, SLOW_CLIENTS)):
            _beside(bench, port, what, count, seen)
        _beside(bench, port, Slow.NOTHING, IDLE_CLIENTS, seen)


def _beside(bench: Rig, port: int, what: Slow, count: int, seen: Seen) -> None:
    """Ask for /livez and send a status report again and again while others dribble."""
    name = f"{count} slow {what.name.lower()}"
    slowest = seen.slowest.get(name, 0.0)
    with dribbling(port, what, count):
        end = time.monotonic() + DRIBBLED_S
        while time.monotonic() < end:
            for ask in (_livez, _status_report):
                slowest = max(slowest, _timed(lambda ask=ask: ask(bench, port)))  # type: ignore[misc]
    seen.slowest[name] = slowest


def _timed(ask: Callable[[], None]) -> float:
    began = time.monotonic()
    try:
        ask()
    except (OSError, TimeoutError):
        return GIVEN_UP_S
    time.sleep(0.1)
    return time.monotonic() - began - 0.1


def _livez(bench: Rig, port: int) -> None:
    visitor = Visitor(f"http://{LOOPBACK}:{port}", patience_s=GIVEN_UP_S)
    try:
        visitor.get("/livez")
    finally:
        visitor.close()


def _status_report(bench: Rig, port: int) -> None:
    """Send a report about a text that is not ours: signed, so that it goes all the way."""
    token = bench.runtime.settings.twilio_auth_tokens[0].get_secret_value()
    fields = {
        "AccountSid": bench.runtime.settings.twilio_account_sid,
        "MessageSid": "SM" + "0" * 32,
        "MessageStatus": "delivered",
    }
    url = bench.runtime.settings.public_base_url + STATUS_PATH
    signature = RequestValidator(token).compute_signature(url, fields)
    visitor = Visitor(f"http://{LOOPBACK}:{port}", patience_s=GIVEN_UP_S)
    try:
        visitor.post(STATUS_PATH, fields, {"X-Twilio-Signature": signature})
    finally:
        visitor.close()


def _answers(child: Child, address: str) -> bool:
    if child.exit_status is not None:
        raise RuntimeError("it ended")
    return site_answers(f"{address}/readyz")


def _path() -> str:
    return os.pathsep.join([str(PROJECT), os.environ.get("BENCH_SERVERS", "")])


def _pss_mb(parent: int) -> float:
    """Return what a process and its children hold, shared pages counted by share, in MB."""
    server = psutil.Process(parent)
    family = [server, *server.children(recursive=True)]
    return sum(one.memory_full_info().pss for one in family) / 1024**2
