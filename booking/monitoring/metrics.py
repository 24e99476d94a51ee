"""What is counted while Lupine runs, for a Prometheus server to collect.

Several processes count side by side in files of PROMETHEUS_MULTIPROC_DIR (the launcher and
gunicorn's settings make it DATA_DIR/metrics), and whoever is asked adds them up. Without that
directory a process counts for itself. No label ever says anything about a person.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import structlog
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    Metric,
    generate_latest,
    start_http_server,
    values,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from booking.messaging.kinds import Channel, Lane

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
FILE_SIZE = 1 << 16
"""As the client library makes them; what we count fits in many times."""
LATENESS_S = (0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 300, 900, 3600)

log = structlog.get_logger()


@dataclass(frozen=True)
class Instruments:
    """What this process counts with."""

    registry: CollectorRegistry
    lateness: Histogram
    sends: Counter
    refused: Counter


@dataclass(frozen=True)
class Level:
    """Something that stands at a number now, read from the database when it is asked for."""

    name: str
    about: str
    label: str
    values: Mapping[str, float]
    """By the value of the label."""


@cache
def instruments() -> Instruments:
    """Return this process's instruments, made when something is first counted."""
    if folder := os.environ.get(FOLDER):
        _take_room(Path(folder))
    registry = CollectorRegistry()
    return Instruments(
        registry=registry,
        lateness=Histogram(
            "lupine_lateness_seconds",
            "From when a message was due until the other side had taken it, by lane",
            ["lane"],
            buckets=LATENESS_S,
            registry=registry,
        ),
        sends=Counter(
            "lupine_sends",
            "Messages handed over, by channel and by what became of the call",
            ["channel", "outcome"],
            registry=registry,
        ),
        refused=Counter(
            "lupine_callbacks_refused",
            "Webhook calls without the carrier's signature",
            registry=registry,
        ),
    )


def _take_room(folder: Path) -> None:
    """Take the disk that this process's counts need, or count in memory where there is none.

    The client library maps files that hold nothing yet. On a full disk the first count would then
    end the process by SIGBUS, which nobody can catch.
    """
    files = [folder / f"{kind}_{os.getpid()}.db" for kind in ("counter", "histogram")]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            with file.open("ab") as opened:
                os.posix_fallocate(opened.fileno(), 0, FILE_SIZE)
    except OSError as refused:
        log.warning("counts are kept in memory only", reason=refused.strerror)
        values.ValueClass = values.MutexValue
        for file in files:
            with suppress(OSError):
                file.unlink()


def count_send(channel: Channel, outcome: str) -> None:
    """Count one message that was handed over."""
    instruments().sends.labels(channel.value, outcome).inc()


def observe_lateness(lane: Lane, seconds: float) -> None:
    """Note how long after it was due a message was taken."""
    instruments().lateness.labels(lane.name.lower()).observe(seconds)


def count_refused_callback() -> None:
    """Count one webhook call without the carrier's signature."""
    instruments().refused.inc()


def exposition(levels: Iterable[Level] = ()) -> bytes:
    """Return all counts and some levels in Prometheus' text format."""
    standing = CollectorRegistry()
    standing.register(_Levels(tuple(levels)))
    return generate_latest(_counted()) + generate_latest(standing)


def serve(host: str, port: int) -> None:
    """Answer collectors at a port, from a thread that ends with the process; raises OSError."""
    start_http_server(port, host, _counted())


class _Levels(Collector):
    """Levels as the client library takes them."""

    def __init__(self, levels: Sequence[Level]) -> None:
        self._levels = levels

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for level in self._levels:
            family = GaugeMetricFamily(level.name, level.about, labels=[level.label])
            for value, number in level.values.items():
                family.add_metric([value], number)
            yield family


def _counted() -> CollectorRegistry:
    own = instruments().registry
    folder = os.environ.get(FOLDER)
    if not folder:
        return own
    together = CollectorRegistry()
    together.register(_AddedUp(Path(folder)))
    return together


class _AddedUp(Collector):
    """The counts of all processes; the library's own finds none where a folder's name has a [."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterable[Metric]:
        files = [str(file) for file in self._folder.glob("*.db")]
        merged: Iterable[Metric] = MultiProcessCollector.merge(  # type: ignore[no-untyped-call]
            files, accumulate=True
        )
        return merged
