"""A PostgreSQL that stops, only reads or waits for a lock: pages say so, and all comes back."""

import signal
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from structlog.testing import capture_logs

from booking.web.machine import EVERY
from tests.build.databases import migrate
from tests.build.times import SettableClock
from tests.chaos.machines import Postgres
from tests.web.broken import assert_kind, form_with, opened
from tests.web.pages import NoScriptBrowser
from tests.web.site import settings_for
from tests.web.world import NOW


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
    own_postgres, tmp_path, caplog
):
    clock = SettableClock(NOW)

    def health():
        clock.pass_(seconds=EVERY.total_seconds())
        return browser.get("/healthz").html.split()

    with opened(settings_for(tmp_path, database_url=own_postgres.url), clock) as app:
        browser = NoScriptBrowser(app)
        assert form_with(browser).press(0).heading == "Your details"
        form = form_with(browser)

        with capture_logs() as lines:
            own_postgres.kill(signal.SIGINT)
            assert_kind(browser.get("/"))
            assert_kind(form.press(8))
            assert "database_away" in health()
            own_postgres.start()
            own_postgres.wait_until_ready()
            assert browser.get("/").status == 200
            assert form.press(8).heading == "Your details"

            alter(own_postgres, "default_transaction_read_only", "on")
            assert browser.get("/").status == 200
            assert_kind(form.press(16))
            assert "database_read_only" in health()
            alter(own_postgres, "default_transaction_read_only", "off")
            assert form.press(16).heading == "Your details"

            alter(own_postgres, "lock_timeout", "'100ms'")
            other = create_engine(own_postgres.url)
            with other.begin() as connection:
                connection.execute(text("LOCK TABLE appointment"))
                assert_kind(form.press(24))
            other.dispose()
            assert form.press(24).heading == "Your details"

        assert not any("database" in word for word in health())
    faults = {one["fault"] for one in lines if one["event"] == "outage"}
    assert faults == {"database_away", "database_read_only", "database_locked"}
    assert not any("exc_info" in one for one in lines)
    assert [one.name for one in caplog.records if one.exc_info] == []
