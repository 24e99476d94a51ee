"""What monitors ask: lives it, can it serve, do messages get out, and how many."""

import pytest
from sqlalchemy.exc import OperationalError

from booking.messaging.kinds import Kind
from booking.messaging.models import Sender
from booking.monitoring import heartbeat_queries as ticks
from booking.web.app import create_app
from booking.web.guard import rule_of
from booking.web.processes import DOWN_FILE
from launch.down_file import DownFile
from tests.web.pages import NoScriptBrowser
from tests.web.site import settings_for
from tests.web.staff.test_messages import add_message
from tests.web.world import NOW

TOKEN = "a-token-for-the-collector-0123456789"


def test_a_process_that_answers_is_alive(browser):
    assert browser.get("/livez").status == 200


def test_a_process_whose_database_answers_is_ready(browser):
    assert browser.get("/readyz").status == 200


class GoneDatabase:
    def read_only(self):
        raise OperationalError("SELECT 1", {}, Exception("gone"))


@pytest.fixture
def without_database(app, runtime):
    app.extensions["lupine"] = type(runtime)(**{**vars(runtime), "database": GoneDatabase()})


def test_a_process_without_its_database_lives_but_is_not_ready(browser, without_database):
    assert browser.get("/readyz").status == 503
    assert browser.get("/livez").status == 200


@pytest.fixture
def sending(runtime):
    """A sender was just seen at work."""
    with runtime.database.transaction() as session:
        ticks.mark(session, ticks.SENDING, NOW)


def test_all_is_well_where_somebody_sends(browser, sending):
    page = browser.get("/healthz")

    assert (page.status, page.html) == (200, "ok\n")


@pytest.fixture
def down_file(runtime):
    folder = runtime.settings.data_dir
    folder.mkdir(parents=True, exist_ok=True)
    yield folder / DOWN_FILE
    (folder / DOWN_FILE).unlink(missing_ok=True)


def test_a_process_that_the_supervisor_gave_up_is_named(browser, sending, down_file):
    DownFile(down_file.parent).tell(["worker", "beat"])

    page = browser.get("/healthz")

    assert (page.status, page.html) == (503, "beat_down\nworker_down\n")


def test_what_else_stands_in_the_file_of_the_supervisor_is_not_told(browser, sending, down_file):
    down_file.write_bytes(b"\xff\x00 Nora Lane\nwor")

    assert browser.get("/healthz").html == "wor_down\n"


def test_each_alarm_is_named_by_its_code_and_nothing_else_is_told(browser, runtime, clock):
    with runtime.database.transaction() as session:
        session.add(
            Sender(
                address="+15005550006",
                stopped_at=NOW,
                error_code=20003,
                tokens=1.0,
                refilled_at=NOW,
            )
        )

    page = browser.get("/healthz")

    assert (page.status, page.html) == (503, "no_sender\nsender_stopped\n")


def test_a_message_that_waits_for_more_than_a_minute_is_told(staff, sending):
    add_message(staff, state="pending")
    browser = staff.browser()
    assert browser.get("/healthz").status == 200

    staff.clock.pass_(seconds=61)

    assert "messages_late" in browser.get("/healthz").html


def test_a_site_without_its_database_is_not_well(browser, without_database):
    page = browser.get("/healthz")

    assert (page.status, page.html) == (503, "database\n")


def figures(page):
    return dict(
        line.rsplit(" ", 1) for line in page.html.splitlines() if line and not line.startswith("#")
    )


def test_the_figures_tell_what_is_due_in_each_lane_what_is_unknown_and_the_alarms(staff, sending):
    add_message(staff, state="pending")
    add_message(staff, state="pending", kind=Kind.REMINDER)
    add_message(staff, state="unknown", kind=Kind.REMINDER)

    found = figures(staff.browser().get("/metrics"))

    assert found['lupine_queue_depth{lane="answers"}'] == "1.0"
    assert found['lupine_queue_depth{lane="reminders"}'] == "1.0"
    assert found['lupine_queue_depth{lane="safety"}'] == "0.0"
    assert found['lupine_unknown{channel="sms"}'] == "1.0"
    assert found['lupine_alarm{code="no_sender"}'] == "0.0"
    assert found['lupine_alarm{code="sender_stopped"}'] == "0.0"
    assert found['lupine_alarm{code="text_refused"}'] == "0.0"


def test_a_text_refused_for_its_words_is_an_alarm_and_a_figure(staff, sending):
    add_message(staff, state="undelivered", error_code=30007, final_at=NOW)
    browser = staff.browser()

    assert browser.get("/healthz").html == "text_refused\n"
    assert figures(browser.get("/metrics"))['lupine_alarm{code="text_refused"}'] == "1.0"


def test_the_figures_name_nobody(staff, sending):
    add_message(staff, state="pending")

    page = staff.browser().get("/metrics")

    for told in ("0134", "example.org", "Ana", str(staff.ana), str(staff.anas)):
        assert told not in page.html


def test_a_refused_callback_is_counted(browser):
    before = float(figures(browser.get("/metrics"))["lupine_callbacks_refused_total"])

    browser.post("/hooks/twilio/status", {"MessageSid": "SM1"})

    after = float(figures(browser.get("/metrics"))["lupine_callbacks_refused_total"])
    assert after == before + 1


def test_without_its_database_a_process_still_tells_what_it_counted(browser, without_database):
    page = browser.get("/metrics")

    assert page.status == 200
    assert "lupine_callbacks_refused_total" in page.html
    assert "lupine_queue_depth" not in page.html


def test_without_a_token_only_this_machine_collects(browser):
    elsewhere = {"REMOTE_ADDR": "203.0.113.7"}

    assert browser.get("/metrics").status == 200
    assert browser.get("/metrics", environ_overrides=elsewhere).status == 403


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded"])
def test_what_a_proxy_on_this_machine_passes_on_is_not_from_this_machine(browser, header):
    assert browser.get("/metrics", headers={header: "for=203.0.113.7"}).status == 403


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        ("Bearer wrong", 403),
        (f"bearer {TOKEN}x", 403),
        (TOKEN, 403),
        ("", 403),
    ],
)
def test_with_a_token_whoever_bears_it_collects_and_nobody_else(settings, tmp_path, sent, status):
    made = create_app(settings_for(tmp_path, metrics_token=TOKEN))

    page = NoScriptBrowser(made).get("/metrics", headers={"Authorization": sent})

    assert page.status == status
    assert rule_of(made, "health.collect") is not None
