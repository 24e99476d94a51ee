"""While the database or its disk is at fault, pages say so kindly, and nothing else breaks."""

import json
import signal
import sqlite3
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, text
from structlog.testing import capture_logs

import booking.db
from booking.db import db
from booking.web.app import create_app
from booking.web.limits import limiter
from tests.build.databases import migrate
from tests.chaos.machines import Postgres
from tests.web.carrier import Carrier
from tests.web.pages import NoScriptBrowser
from tests.web.site import settings_for
from tests.web.walk import Walk
from tests.web.world import ANA, NOW, StandingClock, add_therapist

CALLS = ("Your appointments stand", "+1 212 555 0100")


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """A lock is waited for a moment only, so that these tests do not wait either."""
    monkeypatch.setattr(booking.db, "BUSY_TIMEOUT_MS", 100)


@contextmanager
def opened(settings, clock=None):
    """A site with Dana, on these settings."""
    app = create_app(settings, clock=clock or StandingClock(NOW))
    limiter.reset()
    with app.extensions["lupine"].database.transaction() as session:
        add_therapist(session)
    yield app
    with app.app_context():
        db.engine.dispose()


@contextmanager
def locked(file):
    """Another program writes to the file and does not end."""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.rollback()
    other.close()


@contextmanager
def read_only(app):
    """No connection may write, as on a disk that is mounted read-only."""
    with app.app_context():
        engine = db.engine

    def refuse(connection, _record, _proxy):
        connection.execute("PRAGMA query_only=ON")

    event.listen(engine, "checkout", refuse)
    yield
    event.remove(engine, "checkout", refuse)
    engine.dispose()


@contextmanager
def full(folder):
    """A file on the disk takes the room there is."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):  # noqa: PT012
        while True:
            file.write(b"\0" * 4096)
    yield
    filler.unlink()


@pytest.fixture
def small_disk(tmp_path):
    """A disk of four megabytes, where the machine lets us mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("this machine does not let us mount a disk")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def form_with(browser):
    return browser.get("/therapists/dana-demo?from=2026-03-03").form("/holds")


def assert_kind(page, status=503):
    assert page.status == status
    assert int(page.headers["Retry-After"]) > 0
    for words in CALLS:
        assert words in page.text
    assert "Traceback" not in page.html


def test_a_locked_database_asks_to_send_it_again_and_keeps_what_was_chosen(app, browser, tmp_path):
    form = form_with(browser)

    with locked(tmp_path / "lupine.sqlite3"):
        page = form.press(0)

    assert_kind(page)
    assert "Tuesday, March 3 at 9:00 am" in page.text
    assert page.form("/holds").send().heading == "Your details"


def test_what_was_typed_into_the_booking_form_outlives_a_locked_database(held, tmp_path):
    with locked(tmp_path / "lupine.sqlite3"):
        page = held.form().send(**ANA)

    assert_kind(page)
    assert page.form().send().heading != "Your details"
    assert page.form().data["name"] == [ANA["name"]]


def test_reading_goes_on_while_the_database_cannot_be_written(app, browser, held):
    form = form_with(browser)
    with read_only(app):
        assert browser.get("/").status == 200
        assert_kind(form.press(3))
    assert form.press(3).heading == "Your details"


def test_a_full_disk_is_told_as_503_and_all_goes_on_when_there_is_room(small_disk, empty_database):
    (small_disk / "lupine.sqlite3").write_bytes(Path(empty_database).read_bytes())
    with opened(settings_for(small_disk)) as app, capture_logs() as lines:
        browser = NoScriptBrowser(app)
        form = form_with(browser)
        with full(small_disk):
            pages = [form.press(number) for number in range(8)]
            for page in pages:
                assert_kind(page)
            assert browser.get("/").status == 200
        assert form.press(0).heading == "Your details"
    assert [one["fault"] for one in lines if one["event"] == "outage"] == ["disk_full"]


def test_an_outage_is_one_line_and_then_counted(browser, clock, tmp_path):
    form = form_with(browser)
    with locked(tmp_path / "lupine.sqlite3"), capture_logs() as lines:
        for _ in range(4):
            form.press(0)
        for _ in range(2):
            clock.pass_(seconds=40)
            form.press(0)
    clock.pass_(seconds=61)
    with capture_logs() as after:
        browser.get("/")

    told = [(one["event"], one.get("times")) for one in lines if one["log_level"] == "error"]
    assert told == [("outage", None), ("outage goes on", 5)]
    assert not any("exc_info" in one or "exception" in one for one in lines)
    [over] = [one for one in after if one["event"] == "outage over"]
    assert (over["fault"], over["times"], over["seconds"]) == ("database_locked", 6, 80)


def test_the_carrier_is_told_to_call_again(tmp_path, empty_database):
    (tmp_path / "lupine.sqlite3").write_bytes(Path(empty_database).read_bytes())
    settings = settings_for(
        tmp_path,
        public_base_url="https://book.example.org",
        twilio_auth_tokens="the-newer-token-0123456789-0123456789",
    )
    with opened(settings) as app:
        carrier = Carrier(app)
        with locked(tmp_path / "lupine.sqlite3"), capture_logs() as lines:
            answers = [carrier.text("C"), carrier.report("no message", "delivered")]
        again = carrier.text("C")

    assert [one.status_code for one in answers] == [503, 503]
    assert all(int(one.headers["Retry-After"]) > 0 for one in answers)
    assert again.status_code == 200
    assert not any("exc_info" in one for one in lines)


def test_a_caller_who_wants_json_gets_a_problem_with_the_time_to_ask_again(app, tmp_path):
    client = app.test_client()
    with app.app_context():
        db.engine.dispose()
    (tmp_path / "lupine.sqlite3").rename(tmp_path / "elsewhere")
    (tmp_path / "lupine.sqlite3").mkdir()

    answer = client.get("/", headers={"Accept": "application/json"})

    assert answer.status_code == 503
    assert answer.mimetype == "application/problem+json"
    assert int(answer.headers["Retry-After"]) > 0
    assert json.loads(answer.data)["status"] == 503


def test_no_route_gives_a_500_while_the_database_is_gone(app, clock, tmp_path):
    walk = Walk(app, clock)
    with app.app_context():
        db.engine.dispose()
    for file in tmp_path.glob("lupine.sqlite3*"):
        file.unlink()
    (tmp_path / "lupine.sqlite3").mkdir()

    for route, rule, methods in walk.routes():
        client = walk.caller(rule) or walk.clients["stranger"]
        for method in methods:
            with client.open(walk.path(route), method=method) as answer:
                assert answer.status_code != 500, (method, route.rule)
    assert walk.failures == []


def test_informing_pages_need_no_database_whoever_is_signed_in(staff, tmp_path):
    browser = staff.signed_in("dana")
    with staff.app.app_context():
        db.engine.dispose()
    (tmp_path / "lupine.sqlite3").unlink()
    (tmp_path / "lupine.sqlite3").mkdir()

    assert browser.get("/privacy").status == 200
    assert_kind(browser.get("/staff/"))


def test_staff_stay_signed_in_where_nothing_can_be_written(staff, clock):
    browser = staff.signed_in("dana")
    clock.pass_(minutes=5)

    with read_only(staff.app):
        assert browser.client.get("/staff/sign-in").status_code == 303
        # Whose record must be kept first is not shown.
        assert_kind(browser.get("/staff/"))


@pytest.fixture(scope="module")
def own_postgres():
    """A PostgreSQL of this module's own, to be stopped and started."""
    with tempfile.TemporaryDirectory(prefix="lupine-postgres-") as folder:
        # PostgreSQL runs as another user where the tests run as root.
        Path(folder).chmod(0o711)
        server = Postgres(Path(folder) / "cluster")
        server.start()
        try:
            server.wait_until_ready()
            migrate(server.url)
            yield server
        finally:
            server.kill(signal.SIGQUIT)


def alter(server, setting, value):
    """Change a setting of the server for whoever connects from now on."""
    engine = create_engine(server.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("SET default_transaction_read_only = off"))
        connection.execute(text(f"ALTER DATABASE postgres SET {setting} = {value}"))
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
        )
    engine.dispose()


@pytest.mark.postgres
def test_postgresql_stopped_read_only_slow_or_crowded_gives_503_and_all_comes_back(
    own_postgres, tmp_path
):
    with opened(settings_for(tmp_path, database_url=own_postgres.url)) as app:
        browser = NoScriptBrowser(app)
        assert form_with(browser).press(0).heading == "Your details"
        form = form_with(browser)

        with capture_logs() as lines:
            own_postgres.kill(signal.SIGINT)
            assert_kind(browser.get("/"))
            assert_kind(form.press(8))
            own_postgres.start()
            own_postgres.wait_until_ready()
            assert browser.get("/").status == 200
            assert form.press(8).heading == "Your details"

            alter(own_postgres, "default_transaction_read_only", "on")
            assert browser.get("/").status == 200
            assert_kind(form.press(16))
            alter(own_postgres, "default_transaction_read_only", "off")
            assert form.press(16).heading == "Your details"

            alter(own_postgres, "lock_timeout", "'100ms'")
            other = create_engine(own_postgres.url)
            with other.begin() as connection:
                connection.execute(text("LOCK TABLE appointment"))
                assert_kind(form.press(24))
            other.dispose()
            assert form.press(24).heading == "Your details"

    faults = {one["fault"] for one in lines if one["event"] == "outage"}
    assert faults == {"database_away", "database_read_only", "database_locked"}
    assert not any("exc_info" in one for one in lines)
