"""While the database or its disk is at fault, pages say so kindly, and nothing else breaks."""

import json
import subprocess
from pathlib import Path

import pytest
from structlog.testing import capture_logs

import booking.kit.db
from booking.kit.db import db
from tests.web.broken import assert_kind, form_with, full, locked, opened, read_only
from tests.web.carrier import Carrier
from tests.web.pages import NoScriptBrowser
from tests.web.site import settings_for
from tests.web.walk import Walk
from tests.web.world import ANA


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """A lock is waited for a moment only, so that these tests do not wait either."""
    monkeypatch.setattr(booking.kit.db, "BUSY_TIMEOUT_MS", 100)


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
