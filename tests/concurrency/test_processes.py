"""The same races between processes, as web and worker processes run them."""

import subprocess
import sys
from collections import Counter
from datetime import timedelta

import pytest

from booking.scheduling.models import Appointment
from booking.scheduling.states import State
from tests.build.times import stamp
from tests.concurrency.race import overlaps
from tests.concurrency.test_holds import NOON

PROCESSES = 4
SLOTS = 15

RACER = """
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID
from booking.kit.db import open_database, open_engine
from booking.kit.errors import SlotTaken
from booking.clinic.actor import System
from booking.clinic.policy import DEFAULT_POLICIES
from booking.clinic.unit_of_work import UnitOfWork
from booking.scheduling import holds
from tests.build.times import utc

url, service, first, now, slots = sys.argv[1:]
database = open_database(open_engine(url))

def hold(day):
    try:
        with database.transaction() as session:
            uow = UnitOfWork(
                session, utc(now), System.BOOKING_PAGE, None, DEFAULT_POLICIES, handlers={}
            )
            holds.hold(uow, UUID(service), utc(first) + timedelta(days=day), "America/New_York")
    except SlotTaken:
        return "taken"
    return "won"

input()  # everybody is ready; wait for the start
with ThreadPoolExecutor(3) as pool:
    for said in pool.map(hold, [day for day in range(int(slots)) for _ in range(3)]):
        print(said)
"""


@pytest.fixture
def racers(clinic):
    """Processes that have started and wait for the word."""
    arguments = [clinic.url, str(clinic.service()), stamp(NOON), stamp(clinic.now), str(SLOTS)]
    started = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(PROCESSES)
    ]
    yield started
    for one in started:
        one.kill()
        one.communicate()


def test_processes_that_hold_the_same_slots_at_once_share_them_out(clinic, racers):
    for one in racers:
        one.stdin.write("\n")
        one.stdin.flush()
    said = [one.communicate(timeout=30) for one in racers]

    assert [errors for _, errors in said] == [""] * PROCESSES
    counted = Counter(word for output, _ in said for word in output.split())
    assert counted == {"won": SLOTS, "taken": SLOTS * (3 * PROCESSES - 1)}
    held = clinic.all(Appointment, Appointment.state == State.HELD)
    assert sorted(one.starts_at for one in held) == [
        NOON + timedelta(days=day) for day in range(SLOTS)
    ]
    assert overlaps(clinic) == 0
