"""One line of steps, up from nothing and down again, that ends where the models are."""

import re

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import create_engine, event, inspect, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from booking.database_shape import ADDED, newest_step
from booking.kit.db import open_engine
from booking.tables import Base
from tests.build.databases import MIGRATIONS
from tests.migrations.kinds import ON_BOTH


def _scripts():
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config)


def _tables(url):
    engine = open_engine(url)
    try:
        return set(inspect(engine).get_table_names()) - {"alembic_version"}
    finally:
        engine.dispose()


def _guards(url):
    """What the database itself has against double bookings and rewritten histories."""
    engine = open_engine(url)
    asks = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT conname FROM pg_constraint WHERE contype = 'x' "
        "UNION SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    try:
        with engine.connect() as connection:
            return set(connection.scalars(text(asks[engine.dialect.name])))
    finally:
        engine.dispose()


def test_the_steps_form_one_line_with_one_end():
    scripts = _scripts()

    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1
    assert scripts.get_heads() == [newest_step()], "what a process asks for as it starts"
    for step in scripts.walk_revisions():
        assert not isinstance(step.down_revision, tuple), f"{step.revision} joins two lines"
        assert step.module.downgrade.__doc__, f"{step.revision} has no way back"


def test_every_step_is_named_by_its_number_and_says_what_it_does():
    numbers = sorted(step.revision for step in _scripts().walk_revisions())

    # Several are written at once, so one may land before a lower number, or without it.
    assert all(re.fullmatch(r"\d{4}", number) for number in numbers)
    assert len(set(numbers)) == len(numbers)
    files = sorted(file.name[:4] for file in (MIGRATIONS / "versions").glob("*.py"))
    assert files == numbers
    assert all(step.doc for step in _scripts().walk_revisions())


@ON_BOTH
def test_up_from_nothing_makes_every_table_of_the_models(steps, url):
    upgrade()

    assert _tables(url) == set(Base.metadata.tables)


@ON_BOTH
def test_after_the_last_step_the_models_ask_for_nothing_more(steps, url):
    upgrade()

    check()  # exits with an error where autogenerate finds a difference


@ON_BOTH
def test_a_difference_between_steps_and_models_would_be_found(steps, url):
    upgrade()
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE audit_event ADD COLUMN forgotten INTEGER")
    engine.dispose()

    with pytest.raises(SystemExit):
        check()


@ON_BOTH
def test_down_leaves_nothing_and_up_again_makes_the_same(steps, url):
    upgrade()
    tables, guards = _tables(url), _guards(url)

    downgrade(revision="base")
    assert _tables(url) == set()
    assert _guards(url) == set()

    upgrade()
    assert (_tables(url), _guards(url)) == (tables, guards)


@ON_BOTH
def test_every_single_step_can_be_taken_back_and_taken_again(steps, url):
    upgrade()
    for step in _scripts().walk_revisions():
        downgrade(revision=step.down_revision or "base")
        upgrade(revision=step.revision)
        downgrade(revision=step.down_revision or "base")

    assert _tables(url) == set()


@ON_BOTH
def test_the_database_itself_refuses_overlaps_and_rewritten_histories(steps, url, kind):
    upgrade()

    # The process that starts looks for the same: who adds a guard adds it there.
    names = {one.rpartition(" ")[2].rpartition(".")[2] for one in ADDED[kind]}
    assert _guards(url) == names
    assert {name for name in names if name.startswith("appointment_no_overlap")}


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_step_gives_up_on_a_lock_before_the_site_stops_behind_it(steps, url):
    seen = []

    def note(connection, cursor, statement, parameters, context, executemany):
        if statement.lstrip().upper().startswith("CREATE TABLE AUDIT_EVENT"):
            cursor.execute("SELECT current_setting('lock_timeout')")
            seen.append(cursor.fetchone()[0])
            cursor.execute("SELECT current_setting('statement_timeout')")
            seen.append(cursor.fetchone()[0])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        upgrade()
    finally:
        event.remove(Engine, "before_cursor_execute", note)

    assert seen == ["5s", "10min"]


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_step_that_meets_a_locked_table_fails_in_seconds_and_changes_nothing(steps, url):
    upgrade(revision="0001")
    holder = create_engine(url)
    with holder.connect() as busy:
        busy.exec_driver_sql("LOCK TABLE appointment IN ACCESS EXCLUSIVE MODE")

        with pytest.raises(OperationalError, match="lock timeout"):
            upgrade(revision="0002")

    holder.dispose()
    assert _guards(url) == set()
