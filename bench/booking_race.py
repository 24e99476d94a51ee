"""Booking over HTTP: many who want one slot, and many who want different ones."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from threading import Barrier
from typing import Any, TypeVar
from urllib.parse import urlsplit

from sqlalchemy import func, select

from bench.figures import Figure, at_least, at_most
from bench.rig import Rig, rig
from bench.rows import STARTS_A_DAY, Practice, open_practice
from bench.servers import Servers
from bench.visitors import Visitor
from booking.messaging.models import Message
from booking.scheduling.models import Appointment
from booking.therapists.models import Therapist
from tests.build import intake

T = TypeVar("T")
R = TypeVar("R")

LETTERS = str.maketrans("0123456789", "abcdefghij")
"""A name of digits is refused, so a visitor's number is spelled in letters."""
CROWD = 50
AT_ONCE = 8
THERAPISTS_EACH = 2
_numbers = count()
AREAS = (212, 213, 214, 305, 312, 404, 415, 512, 617, 702)
SEE_OTHER = 303
SLOWEST_MS = 500.0
PER_SECOND = 300.0
WELL = {
    **{f"q_{key}": chosen for key, [chosen] in intake.WELL.items()},
    "consent_treatment": "yes",
    "consent_health_data": "yes",
    "consent_sharing": "yes",
    "consent_sms": "yes",
    "language": "en",
}
"""The form of somebody whom nothing keeps from a session."""


@dataclass(frozen=True)
class Wanted:
    """A start of a service."""

    service: dict[str, Any]
    starts_at: datetime

    def fields(self) -> dict[str, str]:
        """Return what the form of the chosen slot sends."""
        return {
            "service_id": str(self.service["id"]),
            "starts_at": self.starts_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }


def measure(servers: Servers, *, trials: int, bookings: int) -> Iterator[Figure]:
    """Yield winners and the slowest answer of each race, and bookings a second."""
    with (
        servers.database() as database_url,
        servers.broker() as redis_url,
        rig(database_url, redis_url=redis_url, staying=("web",), WEB_PROCESSES="2") as bench,
    ):
        practice = open_practice(
            bench.engine, max(trials, CROWD * THERAPISTS_EACH), bench.runtime.clock.now()
        )
        crowd = arrive(bench, CROWD, bench.stack.web_url)
        races = [_race(crowd, _wanted(practice, number, 0)) for number in range(trials)]
        one_each = [slots_of(practice, number, bookings // CROWD) for number in range(CROWD)]
        rate = book_all(crowd, one_each)
        written = _count(bench, Message.id) / max(1, _count(bench, Appointment.booked_at))
        for visitor in crowd:
            visitor.close()
    winners = [winner for winner, _ in races]
    name = f"{CROWD} clients, one slot, {trials} trials"
    yield at_most(f"{name}: most winners", max(winners), "", 1)
    yield at_least(f"{name}: fewest winners", min(winners), "", 1)
    yield at_most(f"{name}: slowest answer", max(slow for _, slow in races), "ms", SLOWEST_MS)
    yield at_least("distinct slots, held and booked", rate, "bookings/s", PER_SECOND)
    yield Figure("messages written with each", written, "")


def arrive(bench: Rig, count: int, address: str) -> list[Visitor]:
    """Let visitors open a therapist's page, whose form gives them their token."""
    with bench.runtime.database.read_only() as session:
        slug = session.scalar(select(Therapist.slug).order_by(Therapist.id).limit(1))
    visitors = [Visitor(address) for _ in range(count)]
    for visitor in visitors:
        visitor.get(f"/therapists/{slug}")
    return visitors


def _wanted(practice: Practice, therapist: int, place: int) -> Wanted:
    days, of_day = divmod(place, STARTS_A_DAY)
    return Wanted(practice.services[therapist], practice.start(7 + days, of_day))


def slots_of(practice: Practice, client: int, count: int) -> list[Wanted]:
    """Return starts that no other client and no race wants."""
    first = client * THERAPISTS_EACH
    return [
        _wanted(practice, first + n % THERAPISTS_EACH, 1 + n // THERAPISTS_EACH)
        for n in range(count)
    ]


def _race(crowd: list[Visitor], wanted: Wanted) -> tuple[int, float]:
    """Let everybody hold one slot at once; return how many got it and the slowest answer in ms."""
    line = Barrier(len(crowd))
    for visitor in crowd:
        visitor.close()  # the site may have hung up meanwhile

    def run(visitor: Visitor) -> tuple[bool, float]:
        line.wait()
        began = time.perf_counter()
        answer = visitor.send_form("/holds", wanted.fields())
        return answer.status == SEE_OTHER, (time.perf_counter() - began) * 1000

    answers = _together(run, crowd, at_once=len(crowd))
    return sum(won for won, _ in answers), max(took for _, took in answers)


def book_all(visitors: list[Visitor], wishes: list[list[Wanted]]) -> float:
    """Let visitors, some at a time, hold and book what nobody else wants; return the rate.

    Each books only as many as one address may in a minute.
    """

    def run(pair: tuple[Visitor, list[Wanted]]) -> int:
        visitor, wanted = pair
        visitor.close()  # the site may have hung up meanwhile
        for one in wanted:
            _book(visitor, one)
        return len(wanted)

    began = time.perf_counter()
    done = sum(_together(run, list(zip(visitors, wishes, strict=True)), at_once=AT_ONCE))
    return done / (time.perf_counter() - began)


def _book(visitor: Visitor, wanted: Wanted) -> None:
    held = visitor.send_form("/holds", wanted.fields())
    if held.status != SEE_OTHER:
        raise RuntimeError(f"a hold was answered with {held.status}")
    number = next(_numbers) % (100 * len(AREAS))
    person = {
        "name": f"Sam {str(number).translate(LETTERS).title()}",
        "phone": f"+1{AREAS[number // 100]}55501{number % 100:02d}",
        "email": f"sam{number}@example.org",
    }
    booked = visitor.send_form(urlsplit(held.location).path, {**WELL, **person})
    if booked.status != SEE_OTHER:
        raise RuntimeError(f"a booking was answered with {booked.status}")


def _together(run: Callable[[T], R], several: list[T], *, at_once: int) -> list[R]:
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(run, several))


def _count(bench: Rig, column: Any) -> int:
    with bench.runtime.database.read_only() as session:
        return session.scalar(select(func.count(column))) or 0
