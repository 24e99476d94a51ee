"""Connections and transactions: what SQLite and PostgreSQL are told, and what a failure leaves."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoneFree

from booking.kit import db
from booking.kit.db import BUSY_TIMEOUT_MS, STATEMENT_TIMEOUT_MS, engine_options, open_database
from booking.kit.faults import PASSES_SOON, fault_of
from booking.kit.ids import new_id


@pytest.fixture
def database(clinic_engine):
    return open_database(clinic_engine)


def insert(session, name):
    session.execute(
        text("INSERT INTO opt_out (phone, sender, since, source) VALUES (:p, 's', :t, 'x')"),
        {"p": name, "t": "2026-03-02 15:00:00+00:00"},
    )


def insert_twice(database, name):
    with database.transaction() as session:
        insert(session, name)
        insert(session, name)


def count(database):
    with database.read_only() as session:
        return session.scalar(text("SELECT count(*) FROM opt_out"))


def test_what_a_transaction_did_is_kept_when_it_ends_well(database):
    with database.transaction() as session:
        insert(session, "1")

    assert count(database) == 1


def test_what_a_transaction_did_is_gone_when_it_fails(database):
    def writes_and_fails():
        with database.transaction() as session:
            insert(session, "1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        writes_and_fails()

    assert count(database) == 0


def test_a_transaction_that_failed_keeps_nobody_waiting(database):
    with pytest.raises(IntegrityError):
        insert_twice(database, "1")

    with database.transaction() as session:
        insert(session, "2")
    assert count(database) == 1


def test_reading_keeps_nothing(database):
    with database.read_only() as session:
        insert(session, "1")

    assert count(database) == 0


def test_reading_goes_on_while_somebody_writes(database):
    with database.transaction() as session:
        insert(session, "1")
        assert count(database) == 0


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_sqlite_is_safe_against_crashes_and_broken_references(clinic_engine):
    def pragma(name):
        with clinic_engine.connect() as connection:
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar()

    assert pragma("journal_mode") == "wal"
    assert pragma("foreign_keys") == 1
    assert pragma("busy_timeout") == BUSY_TIMEOUT_MS
    assert pragma("synchronous") == 1


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_sqlite_takes_the_write_lock_before_anything_is_read(database, clinic_engine):
    with database.transaction(), clinic_engine.connect() as other:
        other.exec_driver_sql("ROLLBACK")
        other.exec_driver_sql("PRAGMA busy_timeout=0")
        with pytest.raises(OperationalError, match="locked"):
            other.exec_driver_sql("BEGIN IMMEDIATE")


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_writers_to_sqlite_wait_their_turn_in_the_process(database):
    begun, may_end = Event(), Event()

    def first():
        with database.transaction() as session:
            insert(session, "1")
            begun.set()
            may_end.wait(5)

    def second():
        begun.wait(5)
        with database.transaction() as session:
            return session.scalar(text("SELECT count(*) FROM opt_out"))

    with ThreadPoolExecutor(2) as pool:
        running, waiting = pool.submit(first), pool.submit(second)
        begun.wait(5)
        assert not waiting.done()
        may_end.set()
        running.result(5)
        assert waiting.result(5) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_process_that_stands_still_while_it_writes_holds_up_one_thread(
    database, clinic_engine, monkeypatch
):
    monkeypatch.setattr(db, "STUCK_AFTER_S", 0.5)
    waited = []

    def wants_to_write():
        began = time.monotonic()
        with pytest.raises((NoneFree, OperationalError)) as refused, database.transaction():
            pass
        waited.append(time.monotonic() - began)
        return refused.value

    with clinic_engine.connect() as halted, ThreadPoolExecutor(20) as pool:
        halted.exec_driver_sql("ROLLBACK")
        halted.exec_driver_sql("BEGIN IMMEDIATE")
        refused = list(pool.map(lambda _: wants_to_write(), range(20)))
        halted.exec_driver_sql("ROLLBACK")

    assert sum(isinstance(one, OperationalError) for one in refused) == 1
    assert all(fault_of(one) in PASSES_SOON for one in refused)
    assert sorted(waited)[-2] < BUSY_TIMEOUT_MS / 1_000
    with database.transaction() as session:
        insert(session, "1")


@pytest.mark.postgres
@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_postgresql_gives_up_a_statement_that_takes_too_long_and_speaks_utc(database):
    with database.read_only() as session:
        assert session.scalar(text("SHOW statement_timeout")) == f"{STATEMENT_TIMEOUT_MS // 1000}s"
        assert session.scalar(text("SHOW timezone")) == "UTC"


def test_an_error_of_the_database_carries_no_values_into_a_log(database):
    with pytest.raises(IntegrityError) as caught:
        insert_twice(database, "+12125550111")

    assert "[parameters" not in str(caught.value)


@pytest.mark.parametrize("url", ["sqlite:///x", "postgresql+psycopg://h/d"])
def test_every_engine_hides_the_values_of_its_statements(url):
    assert engine_options(url)["hide_parameters"] is True


def test_ids_are_sorted_by_the_time_they_were_made():
    made = [new_id() for _ in range(100)]

    assert made == sorted(made)
    assert len(set(made)) == 100
    assert {one.version for one in made} == {7}
