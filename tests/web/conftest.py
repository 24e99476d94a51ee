"""The website on a fresh database of its own, at a clock that stands still."""

import shutil

import pytest
from jinja2 import FileSystemBytecodeCache

from booking.kit.db import db
from booking.web import machine
from booking.web.app import create_app
from booking.web.limits import limiter
from tests.build.times import SettableClock
from tests.web.pages import NoScriptBrowser
from tests.web.site import lay_tables, settings_for
from tests.web.staff_cast import StaffSite
from tests.web.world import ANA, NOW, add_therapist


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory):
    """A database with all tables and nothing in them, made once by the migrations."""
    return lay_tables(tmp_path_factory.mktemp("empty"))


@pytest.fixture
def clock():
    return SettableClock(NOW)


@pytest.fixture
def settings(tmp_path, empty_database):
    shutil.copy(empty_database, tmp_path / "lupine.sqlite3")
    return settings_for(tmp_path)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory):
    """Templates compiled once for all tests, not once for each app."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(settings, clock, compiled_templates):
    """The website of a clinic where Dana can be booked."""
    made = create_app(settings, clock=clock)
    made.jinja_env.bytecode_cache = compiled_templates
    limiter._storage_dead = False  # of a Redis that was away in an earlier test
    limiter.reset()
    # No mail server listens here; how the machine is has tests of its own.
    made.extensions[machine.EXTENSION] = machine.Machine({})
    with made.extensions["lupine"].database.transaction() as session:
        add_therapist(session)
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def runtime(app):
    return app.extensions["lupine"]


@pytest.fixture
def browser(app):
    return NoScriptBrowser(app)


@pytest.fixture
def held(browser):
    """The form page of a slot that was just held, Dana's first of tomorrow."""
    return browser.get("/therapists/dana-demo?from=2026-03-03").form("/holds").press(0)


@pytest.fixture
def booked(held):
    """The page of an appointment that Ana booked."""
    return held.form().send(**ANA)


@pytest.fixture
def staff(app, clock):
    """The same website with its staff, their patients and one session each."""
    return StaffSite(app, clock)
