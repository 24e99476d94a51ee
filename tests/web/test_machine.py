"""Within seconds /healthz names what the machine lacks, and takes it back by itself."""

import shutil
import socketserver
import subprocess
import threading
import time
from contextlib import contextmanager

import pytest

import booking.kit.db
from booking.kit.db import db
from booking.monitoring import heartbeat_queries as ticks
from booking.web import machine
from booking.web.machine import EVERY, PATIENCE_S, Machine
from tests.build.times import SettableClock
from tests.chaos.machines import RedisServer
from tests.web.broken import full, locked, opened, read_only
from tests.web.pages import NoScriptBrowser
from tests.web.site import settings_for
from tests.web.staff_cast import StaffSite
from tests.web.world import NOW

STRANGER = {"REMOTE_ADDR": "203.0.113.7"}
TOKEN = "a-token-for-the-monitor-0123456789abcdef"


class Greeter(socketserver.StreamRequestHandler):
    """A mail server that greets and says goodbye."""

    def handle(self):
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            self.wfile.write(b"221 bye\r\n" if line.startswith(b"QUIT") else b"250 fine\r\n")
            if line.startswith(b"QUIT"):
                break


@contextmanager
def mail_server(port=0):
    """A mail server that greets whoever calls; yields its port."""
    socketserver.TCPServer.allow_reuse_address = True
    with socketserver.ThreadingTCPServer(("127.0.0.1", port), Greeter) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """A lock is waited for a moment only."""
    monkeypatch.setattr(booking.kit.db, "BUSY_TIMEOUT_MS", 100)


class Watched:
    """A site whose health is asked for again and again."""

    def __init__(self, app, clock):
        self.app, self.clock = app, clock

    def words(self, **options):
        """What /healthz says a little later."""
        self.clock.pass_(seconds=EVERY.total_seconds())
        answer = self.app.test_client().get("/healthz", **options)
        return answer.status_code, answer.text.split()


@pytest.fixture
def folder(tmp_path):
    return tmp_path


@pytest.fixture
def changes():
    return {}


@pytest.fixture
def site(folder, changes, empty_database):
    """A site where all is well: somebody sends, and a mail server answers."""
    shutil.copy(empty_database, folder / "lupine.sqlite3")
    clock = SettableClock(NOW)
    with mail_server() as port:
        settings = settings_for(folder, smtp_url=f"smtp://127.0.0.1:{port}", **changes)
        with opened(settings, clock) as app:
            with app.extensions["lupine"].database.transaction() as session:
                ticks.mark(session, ticks.SENDING, NOW)
            watched = Watched(app, clock)
            assert watched.words() == (200, ["ok"])
            yield watched


def test_a_locked_database_is_named_until_it_is_free(site, folder):
    with locked(folder / "lupine.sqlite3"):
        assert site.words() == (503, ["database_locked"])
    assert site.words() == (200, ["ok"])


def test_a_database_that_can_only_be_read_is_named_until_it_can_be_written(site):
    with read_only(site.app):
        assert site.words() == (503, ["database_read_only"])
    assert site.words() == (200, ["ok"])


def test_tables_that_are_missing_are_not_called_a_database_that_does_not_answer(site):
    with site.app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE message RENAME TO elsewhere")
    answer = site.app.test_client().get("/healthz")

    assert (answer.status_code, answer.text) == (503, "database_shape\n")


class TestSmallDisk:
    """A disk of a few megabytes, where the machine lets us mount one."""

    @pytest.fixture
    def folder(self, tmp_path):
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", tmp_path], capture_output=True
        )
        if mounted.returncode:
            pytest.skip("this machine does not let us mount a disk")
        yield tmp_path
        subprocess.run(["umount", "-l", tmp_path], check=True)

    def test_a_full_disk_is_named_until_there_is_room(self, site, folder):
        with full(folder):
            status, words = site.words()
            assert (status, words[0]) == (503, "disk_full")
        assert site.words() == (200, ["ok"])

    def test_a_disk_that_can_only_be_read_is_named_until_it_can_be_written(self, site, folder):
        with site.app.app_context():
            db.engine.dispose()
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        status, words = site.words()
        subprocess.run(["mount", "-o", "remount,rw", folder], check=True)

        assert status == 503
        assert "disk_read_only" in words
        assert site.words() == (200, ["ok"])


def test_a_mail_server_that_is_away_is_named_until_it_answers(tmp_path, empty_database):
    shutil.copy(empty_database, tmp_path / "lupine.sqlite3")
    clock = SettableClock(NOW)
    with mail_server() as port:
        pass
    settings = settings_for(tmp_path, smtp_url=f"smtp://127.0.0.1:{port}")
    with opened(settings, clock) as app:
        with app.extensions["lupine"].database.transaction() as session:
            ticks.mark(session, ticks.SENDING, NOW)
        site = Watched(app, clock)

        assert site.words() == (503, ["mail_away"])
        page = StaffSite(app, clock).signed_in("dana").get("/staff/")
        assert "The mail server does not answer. Mails wait, and go when it does." in page.text
        with mail_server(port):
            assert site.words() == (200, ["ok"])


@pytest.mark.redis
class TestRedis:
    """A Redis that the settings name."""

    @pytest.fixture
    def server(self, tmp_path):
        server = RedisServer(tmp_path / "redis")
        server.start()
        server.wait_until_ready()
        yield server
        if server.process.poll() is None:
            server.crash()

    @pytest.fixture
    def changes(self, server):
        return {"redis_url": server.url}

    def test_a_redis_that_is_away_is_named_until_it_answers(self, site, server):
        server.crash()
        assert site.words() == (503, ["redis_away"])
        assert NoScriptBrowser(site.app).get("/").status == 200

        server.start()
        server.wait_until_ready()
        assert site.words() == (200, ["ok"])


def test_a_clock_that_was_set_back_is_named_until_it_is_right(site):
    site.clock.pass_(minutes=-60)
    assert "clock_set_back" in site.words()[1]

    site.clock.pass_(minutes=60)
    assert site.words() == (200, ["ok"])


def test_a_stranger_learns_that_something_is_wrong_and_not_what(site, folder):
    assert site.words(environ_overrides=STRANGER) == (200, ["ok"])
    with locked(folder / "lupine.sqlite3"):
        assert site.words(environ_overrides=STRANGER) == (503, ["not", "well"])


def test_the_clinics_monitor_and_its_staff_learn_what(folder, empty_database):
    shutil.copy(empty_database, folder / "lupine.sqlite3")
    clock = SettableClock(NOW)
    with opened(settings_for(folder, metrics_token=TOKEN), clock) as app:
        app.extensions[machine.EXTENSION] = Machine({})
        client = StaffSite(app, clock).signed_in("dana").client
        bearing = {"Authorization": f"Bearer {TOKEN}"}
        stranger = app.test_client()

        assert client.get("/healthz", environ_overrides=STRANGER).text == "no_sender\n"
        asked = {"environ_overrides": STRANGER, "headers": bearing}
        assert stranger.get("/healthz", **asked).text == "no_sender\n"
        asked["headers"] = {"Authorization": "Bearer another"}
        assert stranger.get("/healthz", **asked).text == "not well\n"


def test_however_many_ask_it_is_looked_once_in_a_while(site):
    looks = []
    site.app.extensions[machine.EXTENSION] = Machine({"one": (lambda: looks.append(1), "slow")})
    client = site.app.test_client()
    for _ in range(50):
        client.get("/healthz")
    assert len(looks) == 1

    site.clock.pass_(minutes=-5)
    client.get("/healthz")
    assert len(looks) == 2


def test_what_hangs_is_told_in_time_and_is_not_started_twice(site, monkeypatch):
    may_end = threading.Event()
    begun = []

    def hangs():
        begun.append(1)
        may_end.wait(20)

    site.app.extensions[machine.EXTENSION] = Machine({"database": (hangs, "database_slow")})
    started = time.monotonic()
    assert site.words() == (503, ["database_slow"])
    assert time.monotonic() - started < PATIENCE_S + 2
    monkeypatch.setattr(machine, "PATIENCE_S", 0.1)
    assert site.words() == (503, ["database_slow"])
    assert len(begun) == 1

    may_end.set()
    monkeypatch.setattr(machine, "PATIENCE_S", 4.0)
    assert site.words() == (200, ["ok"])
