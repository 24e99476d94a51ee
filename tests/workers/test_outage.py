"""A database at fault is told in a few lines by whoever ticks, and ends nobody."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

import booking.kit.db
from booking.kit.faults import Fault
from booking.kit.outages import Outages
from workers import outage, poller, tasks
from workers.jobs import JOB

RECOVER = JOB["release expired leases"]


@pytest.fixture
def at_work(clinic, monkeypatch):
    """Ticks and turns of this clinic, with no faults so far."""
    monkeypatch.setattr(outage, "clock", clinic.clock)
    monkeypatch.setattr(tasks, "runtime", lambda: clinic.runtime)
    monkeypatch.setattr(outage, "outages", Outages())
    return clinic


@pytest.fixture
def locked(at_work, clinic_engine, monkeypatch):
    """Another program writes to the database and does not end."""
    monkeypatch.setattr(booking.kit.db, "BUSY_TIMEOUT_MS", 20)
    clinic_engine.dispose()
    other = sqlite3.connect(clinic_engine.url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield at_work
    other.rollback()
    other.close()


def recover_in_turn(clinic):
    poller._contained(RECOVER.name, lambda: RECOVER.run(clinic.runtime, lambda: False))


def told(lines):
    return [(one["event"], one.get("fault")) for one in lines]


def test_every_task_survives_a_fault_of_the_database(locked):
    with capture_logs() as lines:
        for _ in range(20):
            assert tasks.run_job(RECOVER.name) is None

    assert told(lines) == [("outage", Fault.LOCKED)]


def test_every_task_there_is_does_so():
    source = "".join(file.read_text() for file in Path(poller.__file__).parent.glob("*.py"))

    assert source.count("@shared_task") == source.count("@shared_task(base=SkippableTask)") == 1


def test_a_turn_of_the_poller_tells_the_same_way(locked):
    with capture_logs() as lines:
        for _ in range(20):
            recover_in_turn(locked)

    assert told(lines) == [("outage", Fault.LOCKED)]


def test_it_is_told_that_it_is_over(at_work):
    outage.outages.met(Fault.AWAY, OSError(), at_work.now)
    at_work.clock.pass_(seconds=61)

    with capture_logs() as lines:
        assert tasks.run_job(RECOVER.name) == 0

    assert told(lines) == [("outage over", Fault.AWAY)]


def test_a_missing_table_is_not_called_a_database_that_does_not_answer(at_work):
    with at_work.transaction() as session:
        session.connection().exec_driver_sql("ALTER TABLE message RENAME TO elsewhere")

    with capture_logs() as lines:
        recover_in_turn(at_work)

    assert told(lines) == [("outage", Fault.SHAPE)]


def test_a_clock_that_is_set_back_does_not_silence_it(at_work):
    with capture_logs() as lines:
        for at in (at_work.now, at_work.now - timedelta(hours=1)):
            outage.outages.met(Fault.AWAY, OSError(), at)

    assert told(lines) == [("outage", Fault.AWAY), ("outage goes on", Fault.AWAY)]
