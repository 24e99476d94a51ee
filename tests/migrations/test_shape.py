"""No process starts on a database whose shape is not the one its stamp says."""

import subprocess
import sys
import time

import pytest
from flask_migrate import downgrade, stamp, upgrade

from booking.database_shape import UnfitDatabase, missing, refuse_at_start
from booking.kit.db import open_engine
from tests.build.environment import environment_of
from tests.migrations.kinds import ON_BOTH

NEWER = "UPDATE alembic_version SET version_num = '9999'"
SPOILED = [
    ("DROP TABLE tick", "table tick"),
    ("ALTER TABLE message DROP COLUMN words", "column message.words"),
    ("DROP INDEX ix_message_pending", "index message.ix_message_pending"),
    ("DROP TRIGGER message_end_stands{on message}", "trigger message_end_stands"),
    (
        "DROP TRIGGER appointment_no_overlap_insert",
        "trigger appointment_no_overlap_insert",
    ),
    (
        "ALTER TABLE appointment DROP CONSTRAINT appointment_no_overlap",
        "constraint appointment.appointment_no_overlap",
    ),
    (
        "ALTER TABLE appointment DROP CONSTRAINT ck_appointment_has_a_patient",
        "constraint appointment.ck_appointment_has_a_patient",
    ),
    (
        "ALTER TABLE message DROP CONSTRAINT uq_message_dedupe_key",
        "constraint message.uq_message_dedupe_key",
    ),
]
STARTS = {
    "web": [sys.executable, "-c", "import booking.wsgi"],
    "loop": [sys.executable, "-m", "workers.poller"],
    "worker": [sys.executable, "-m", "celery", "-q", "-A", "workers.app", "worker", "-c", "1"],
    "upgrade": [sys.executable, "-m", "flask", "--app", "booking.wsgi", "db", "upgrade"],
}


def change(engine, statement):
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)


def only_on(statement, kind):
    """Skip what the other kind of database has no word for."""
    if kind == "sqlite" and "DROP CONSTRAINT" in statement:
        pytest.skip("SQLite keeps these with the table")
    if kind == "postgresql" and "overlap_insert" in statement:
        pytest.skip("PostgreSQL has a constraint for it")


@ON_BOTH
@pytest.mark.parametrize(("statement", "named"), SPOILED)
def test_what_is_missing_is_named(steps, engine, kind, statement, named):
    only_on(statement, kind)
    upgrade()
    change(engine, statement.replace("{on message}", " ON message" * (kind == "postgresql")))

    with pytest.raises(UnfitDatabase) as refused:
        refuse_at_start(engine)

    assert named in str(refused.value)
    assert "do not delete anything" in str(refused.value)


@ON_BOTH
def test_the_upgrade_itself_says_so_too(steps, engine):
    upgrade()
    change(engine, "DROP TABLE tick")

    with pytest.raises(SystemExit, match="table tick is missing"):
        upgrade()


@ON_BOTH
def test_an_empty_an_older_and_a_newer_database_are_refused_with_what_to_do(steps, engine):
    with pytest.raises(UnfitDatabase, match=r"is empty .* db upgrade"):
        refuse_at_start(engine)

    upgrade()
    downgrade()
    with pytest.raises(UnfitDatabase, match=r"is at step .* db upgrade"):
        refuse_at_start(engine)

    upgrade()
    change(engine, NEWER)
    with pytest.raises(UnfitDatabase, match=r"step 9999 by a newer version"):
        refuse_at_start(engine)
    with pytest.raises(SystemExit, match=r"step 9999 by a newer version"):
        upgrade()


@ON_BOTH
def test_a_database_that_is_stamped_and_empty_is_refused(steps, engine):
    stamp()

    with pytest.raises(UnfitDatabase, match=r"and .* more are missing"):
        refuse_at_start(engine)


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize("program", STARTS)
def test_every_process_ends_with_the_sentence(steps, engine, url, program, tmp_path):
    upgrade()
    change(engine, "DROP TABLE tick")

    ran = subprocess.run(
        STARTS[program],
        env=environment_of(url, DATA_DIR=str(tmp_path)),
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert ran.returncode != 0
    assert "table tick is missing" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_database_that_is_away_at_the_start_is_waited_for():
    engine = open_engine("postgresql+psycopg://nobody@127.0.0.1:9/nothing")

    refuse_at_start(engine)


@ON_BOTH
def test_looking_takes_a_fraction_of_a_second(steps, engine):
    upgrade()
    took = []
    for _ in range(5):
        began = time.perf_counter()
        with engine.connect() as connection:
            assert missing(connection) == []
        took.append(time.perf_counter() - began)

    assert min(took) < 0.2, took
