"""What tests of every room share: a clinic with the cast, on a database of its own.

In the folders of the slices every test of a clinic runs on both databases, unless the test or its
file says through `database_kind` which it needs ("sqlite" or "postgresql"). Elsewhere `clinic` is
on SQLite unless a folder or a test says otherwise in the same way.
"""

from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import sync_playwright

from booking.kit.db import open_engine
from booking.messaging.kinds import Channel, Kind
from tests.build.cast import ALICE
from tests.build.clinic import Clinic
from tests.build.databases import copy_sqlite, empty_tables, make_sqlite_template, migrate
from tests.build.reminder import FIRST_REMINDER, WEDNESDAY

# How long one example takes says how busy the machine is, and nothing of the code.
hypothesis.settings.register_profile("lupine", deadline=None)
hypothesis.settings.load_profile("lupine")

CHROMIUM_ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
TESTS = Path(__file__).parent
SLICES = {
    "accounts",
    "audit",
    "checkins",
    "clinic",
    "conversations",
    "desk",
    "intake",
    "kit",
    "messaging",
    "monitoring",
    "patients",
    "safety",
    "scheduling",
    "therapists",
}
BOTH_DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


def pytest_generate_tests(metafunc):
    """Run a slice's test on both databases, unless it or its file names one itself."""
    folder = metafunc.definition.path.relative_to(TESTS).parts[0]
    if folder in SLICES and "database_kind" in metafunc.fixturenames and not _names_one(metafunc):
        metafunc.parametrize("database_kind", BOTH_DATABASES)


def _names_one(metafunc):
    marks = metafunc.definition.iter_markers("parametrize")
    return hasattr(metafunc.module, "database_kind") or any(
        "database_kind" in mark.args[0] for mark in marks
    )


@pytest.fixture
def database_kind():
    """Which database the clinic of this test has."""
    return "sqlite"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    """A migrated SQLite database with nothing in it, to be copied."""
    return make_sqlite_template(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def postgres_engine(postgres_databases):
    """A migrated PostgreSQL database of this test process."""
    url = postgres_databases()
    migrate(url)
    engine = open_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def clinic_engine(request, database_kind, tmp_path):
    """A database with all tables and nothing in them."""
    if database_kind == "postgresql":
        engine = request.getfixturevalue("postgres_engine")
        empty_tables(engine)
        yield engine
        return
    template = request.getfixturevalue("sqlite_template")
    engine = open_engine(copy_sqlite(template, tmp_path))
    yield engine
    engine.dispose()


@pytest.fixture
def clinic(clinic_engine):
    """A clinic where DANA and THEO can be booked, at ten on a Monday in New York."""
    return Clinic(clinic_engine, clinic_engine.url.render_as_string(hide_password=False))


@pytest.fixture
def reminded(clinic):
    """ALICE's appointment at the moment its first reminder is due."""
    booked = clinic.booked(ALICE, at=WEDNESDAY)
    clinic.send_due()
    clinic.report(clinic.message(kind=Kind.CONFIRMATION, channel=Channel.SMS), "delivered")
    clinic.sms.sent.clear()
    clinic.clock.set(FIRST_REMINDER)
    return booked


@pytest.fixture(scope="module")
def chromium(chromium_path):
    """A real browser, for one module.

    Not for the whole run: while it is open its event loop runs in this thread, and nobody
    else may start one.
    """
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=str(chromium_path), args=CHROMIUM_ARGS
        )
        yield launched
        launched.close()
