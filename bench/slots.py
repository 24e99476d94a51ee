"""What it takes to find free slots: of one busy therapist, and of a thousand."""

import gc
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, event

from bench.figures import Figure, at_most, percentile
from bench.rig import Rig, rig
from bench.rows import BLOCKED, SESSION, Practice, open_practice, write
from bench.servers import Servers
from booking.clinic.actor import System
from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.ids import new_id
from booking.kit.logs import configure_logging
from booking.kit.wall_time import wall_time
from booking.patients.models import Patient
from booking.scheduling import availability
from booking.scheduling.models import Appointment
from booking.scheduling.states import State
from booking.scheduling.wall_time_queries import wall_columns
from booking.web.app import create_app

BUSY = 2_000
YEARS = timedelta(days=730)
MANY = 1_000
OF_EACH = 19
SHOWN = 24
"""Of all who are compared, so many are read in full: what the page of a search shows."""
TIMES = 30
SEARCHES = 15
OK = 200
ONE_MS, MANY_MS, PAGE_MS = 2.0, 40.0, 100.0


def measure(servers: Servers) -> Iterator[Figure]:
    """Yield medians in milliseconds, and how many statements each took."""
    with servers.database() as database_url, rig(database_url, staying=()) as bench:
        now = bench.runtime.clock.now()
        practice = open_practice(bench.engine, MANY, now)
        _fill(bench.engine, practice, now)
        # As each of the site's processes does: see launch/gunicorn_conf.py.
        gc.collect()
        gc.freeze()
        for days in (7, 30):
            took, statements = _of_one(bench, practice, days)
            name = f"free slots of one therapist, {days} days, {BUSY:,} appointments"
            yield at_most(name, took, "ms", ONE_MS)
            yield Figure("  statements", statements, "")
        took, statements = _measured(bench, _search, SEARCHES)
        yield at_most(f"search: next free of {MANY:,} therapists", took, "ms", MANY_MS)
        yield Figure("  statements", statements, "")
        yield at_most(
            "the page of that search, by the site in process", _page(bench), "ms", PAGE_MS
        )
        gc.unfreeze()


def _of_one(bench: Rig, practice: Practice, days: int) -> tuple[float, int]:
    def find(uow: UnitOfWork) -> object:
        return availability.free_slots(
            uow,
            practice.services[0]["id"],
            first=uow.now.date() + timedelta(days=1),
            days=days,
            zone=ZoneInfo(practice.zone),
        )

    return _measured(bench, find, TIMES)


def _search(uow: UnitOfWork) -> object:
    return availability.search(uow, availability.SearchCriteria(), most=SHOWN)


def _page(bench: Rig) -> float:
    configure_logging("WARNING")
    browser = create_app(bench.runtime.settings).test_client()
    took = []
    for _ in range(SEARCHES):
        began = time.perf_counter()
        page = browser.get("/")
        took.append((time.perf_counter() - began) * 1000)
        if page.status_code != OK:
            raise RuntimeError(f"the search was answered with {page.status_code}")
    return percentile(took, 50)


def _measured(bench: Rig, find: Callable[[UnitOfWork], object], times: int) -> tuple[float, int]:
    """Return the median in milliseconds, and the statements of one run."""
    seen: list[str] = []

    def note(*details: Any) -> None:
        seen.append(details[2])

    event.listen(bench.engine, "before_cursor_execute", note)
    took = []
    for _ in range(times):
        seen.clear()
        began = time.perf_counter()
        with bench.runtime.read_only(System.BOOKING_PAGE) as uow:
            find(uow)
        took.append((time.perf_counter() - began) * 1000)
    event.remove(bench.engine, "before_cursor_execute", note)
    return percentile(took, 50), len(seen)


def _fill(engine: Engine, practice: Practice, now: datetime) -> None:
    """Give the first therapist two years of sessions, and every other some in the next week."""
    patient = {
        "id": new_id(),
        "match_key": "bench",
        "name": "Sam Sample",
        "phone": "+12015550100",
        "email": "sam@example.org",
        "zone": practice.zone,
        "language": "en",
        "wants_optional_reminder": False,
        "discreet": False,
        "created_at": now,
    }
    write(engine, Patient, [patient])
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    spacing = YEARS / BUSY
    first = [day - YEARS / 2 + number * spacing for number in range(BUSY)]
    starts = [(practice.services[0], at) for at in first]
    for number, service in enumerate(practice.services[1:]):
        begin = day + timedelta(days=1, minutes=15 * (number % 20))
        starts += [(service, begin + place * timedelta(hours=8)) for place in range(OF_EACH)]
    rows = [_row(service, patient, practice.zone, at, now) for service, at in starts]
    write(engine, Appointment, rows)


def _row(
    service: dict[str, Any], patient: dict[str, Any], zone: str, at: datetime, now: datetime
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "therapist_id": service["therapist_id"],
        "service_id": service["id"],
        "location_id": service["location_id"],
        "patient_id": patient["id"],
        "state": State.BOOKED,
        "starts_at": at,
        "ends_at": at + SESSION,
        "blocked_from": at,
        "blocked_until": at + BLOCKED,
        "patient_zone": zone,
        **wall_columns(wall_time(at, zone)),
        "version": 1,
        "created_at": now,
        "booked_at": now,
    }
