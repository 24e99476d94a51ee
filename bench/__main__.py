"""`python -m bench`: measures, and prints each figure beside its bar.

It exits with 0 whatever it finds; with --check it exits with 1 where a figure misses its bar.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from bench import (
    after_move,
    booking_race,
    burst,
    claiming,
    lateness,
    machine,
    naive_run,
    redis_away,
    slots,
    throughput,
    web_servers,
    webhooks,
)
from bench.figures import Figure
from bench.servers import Servers, found_servers


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    seed: int
    texts: int
    burst: int
    future: int
    away_s: float
    rounds: int
    candidates: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """One measurement: the word that asks for it alone, and its heading."""

    name: str
    heading: str
    measure: Callable[[Servers], Iterator[Figure]]
    is_asked_for: bool = False
    """Whether it is measured only where it is named."""


def parts(sizes: Sizes) -> list[Part]:
    """Return everything that can be measured, in order."""
    seed = sizes.seed
    sending = partial(throughput.measure, count=sizes.texts, seed=seed)
    return [
        Part("sending", "Sending", partial(sending, reports=throughput.LATER)),
        Part(
            "reports",
            "Sending while the site takes the carrier's reports",
            partial(sending, reports=throughput.DELIVERED),
        ),
        Part(
            "every-report",
            "Sending while the site takes every report",
            partial(sending, reports=throughput.EVERY),
        ),
        Part(
            "naive",
            "The naive design: one ETA task per appointment, synchronous client",
            partial(naive_run.measure, count=sizes.texts // 5, over_s=20.0, seed=seed),
        ),
        Part("moved", "After a move", partial(after_move.measure, seed=seed)),
        Part(
            "lateness",
            "Lateness with Celery, beat and the loop",
            partial(lateness.measure, count=200, over_s=40.0, seed=seed),
        ),
        Part(
            "redis-away",
            "Redis stopped and started again",
            partial(redis_away.measure, away_s=sizes.away_s, seed=seed),
        ),
        Part("burst", "A burst", partial(burst.measure, count=sizes.burst, seed=seed)),
        Part(
            "claim",
            "Claiming",
            partial(claiming.measure, future=sizes.future, rounds=100),
        ),
        Part(
            "webhooks",
            "Webhooks",
            partial(webhooks.measure, count=1_000, per_second=50.0, seed=seed),
        ),
        Part(
            "booking", "Booking over HTTP", partial(booking_race.measure, trials=10, bookings=800)
        ),
        Part("slots", "Finding free slots", slots.measure),
        Part(
            "servers",
            "Web servers side by side",
            partial(web_servers.measure, rounds=sizes.rounds, only=sizes.candidates),
            is_asked_for=True,
        ),
    ]


def main(arguments: list[str]) -> int:
    """Measure what was asked for and print it."""
    asked = _parser().parse_args(arguments)
    sizes = Sizes(
        asked.seed,
        asked.texts,
        burst=10_000 if asked.long else 1_000,
        future=asked.future,
        away_s=600.0 if asked.long else 120.0,
        rounds=asked.rounds,
        candidates=tuple(asked.candidate or ()),
    )
    missed = 0
    with found_servers() as servers:
        say(machine.description(), *servers.notes, f"seed {sizes.seed}")
        for part in parts(sizes):
            if part.name not in asked.only and (asked.only or part.is_asked_for):
                continue
            say("", part.heading, f"  load before: {machine.load()}")
            for figure in part.measure(servers):
                say(str(figure))
                missed += not figure.holds
    say("", f"{missed} figures miss their bar" if missed else "every figure holds its bar")
    return 1 if missed and asked.check else 0


def say(*lines: str) -> None:
    """Print lines at once, so that a long run shows how far it is."""
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("only", nargs="*", help="the parts to measure (default: all)")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a bar is missed")
    parser.add_argument(
        "--long",
        action="store_true",
        help="a burst of 10,000 instead of 1,000, Redis away for 10 minutes instead of 2",
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3, help="turns of each web server")
    parser.add_argument("--candidate", action="append", help="a web server (default: all)")
    parser.add_argument("--texts", type=int, default=5_000, help="texts of one sending measurement")
    parser.add_argument("--future", type=int, default=1_000_000, help="rows beside a claim")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
