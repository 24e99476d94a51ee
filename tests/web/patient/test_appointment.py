from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from sqlalchemy import select

from booking.checkins.models import CheckIn
from booking.checkins.rules.scores import CheckInKind
from booking.kit.links import Scope
from booking.scheduling.models import Appointment
from booking.scheduling.states import State
from tests.web.pages import NoScriptBrowser
from tests.web.world import ANA

LATE = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def far(browser):
    """Ana's appointment in a week, well before the cut-off."""
    page = browser.get("/therapists/dana-demo?from=2026-03-09")
    return page.form("/holds").press(0).form().send(**ANA)


def appointment(runtime):
    with runtime.database.read_only() as session:
        found = session.scalars(
            select(Appointment).where(Appointment.patient_id.is_not(None))
        ).one()
        session.expunge_all()
    return found


def test_the_page_says_what_when_where_and_with_whom(far):
    assert far.heading == "You are booked"
    for said in (
        "Monday, March 9 at 9:00 am",
        "until 10:00 am, New York time",
        "Gentle session, 60 minutes",
        "Dana Demo",
        "1 Example Street",
        "Ring twice",
    ):
        assert said in far.text


def test_somebody_in_another_zone_reads_both_clocks(far, app):
    traveller = NoScriptBrowser(app)
    traveller.client.set_cookie("tz", "Europe%2FLondon", domain="localhost")

    page = traveller.get(far.path)

    # New York is on summer time from March 8, London is not until March 29.
    assert "Monday, March 9 at 1:00 pm" in page.text
    assert "at the place it is 9:00 am" in page.text


def test_confirming_is_one_press(far, runtime):
    page = far.form("/confirm").send()

    assert page.heading == "You are booked and confirmed"
    assert appointment(runtime).state is State.CONFIRMED


def test_cancelling_asks_once_and_then_is_done(far, runtime):
    asked = far.follow("Cancel it")
    page = asked.form("/cancel").send()

    assert asked.heading == "Cancel this session?"
    assert page.heading == "This session is cancelled"
    assert appointment(runtime).state is State.CANCELLED


def test_a_cancelled_time_is_free_for_others(far, app):
    far.follow("Cancel it").form("/cancel").send()

    page = NoScriptBrowser(app).get("/therapists/dana-demo?from=2026-03-09")

    assert ("starts_at", "2026-03-09T13:00:00Z") in page.form("/holds").buttons()


def test_keeping_it_changes_nothing(far, runtime):
    page = far.follow("Cancel it").follow("No, keep it")

    assert page.heading == "You are booked"
    assert appointment(runtime).state is State.BOOKED


def test_after_the_cut_off_the_page_points_to_the_phone(far, browser, clock):
    clock.pass_(days=6)

    page = browser.get(far.path)

    assert "less than 24 hours" in page.text
    assert not [a for a in page.soup.find_all("a") if "Move it" in a.get_text()]
    assert browser.get(far.path + "/move").path == far.path
    assert browser.get(far.path + "/cancel").path == far.path


def test_the_cut_off_holds_on_the_server_for_a_form_opened_before_it(far, clock, runtime):
    form = far.follow("Cancel it").form("/cancel")
    clock.pass_(days=6)

    page = form.send()

    assert page.status == 409
    assert "too late to change this online" in page.text
    assert appointment(runtime).state is State.BOOKED


def test_moving_keeps_therapist_and_service_and_takes_the_new_time(far, runtime):
    page = far.follow("Move it")

    moved = page.form("/move", method="post").send(starts_at="2026-03-04T15:00:00Z")

    kept = appointment(runtime)
    assert moved.heading == "You are booked"
    assert "Your session is moved" in moved.text
    assert "Wednesday, March 4 at 10:00 am" in moved.text
    assert kept.version == 2
    assert kept.ends_at - kept.starts_at == timedelta(minutes=60)


def test_the_own_time_does_not_stand_in_the_way_of_a_move(far):
    """Moving a 60-minute session by 15 minutes overlaps nobody but itself."""
    page = far.browser.get(far.path + "/move?from=2026-03-09")

    moved = page.form("/move", method="post").send(starts_at="2026-03-09T13:15:00Z")

    assert "Monday, March 9 at 9:15 am" in moved.text


def test_moving_onto_a_time_just_taken_keeps_the_old_one(far, app, runtime):
    page = far.browser.get(far.path + "/move?from=2026-03-10")
    NoScriptBrowser(app).get("/therapists/dana-demo?from=2026-03-10").form("/holds").press(0)

    answer = page.form("/move", method="post").press(0)

    assert answer.status == 409
    assert "That slot was just taken" in answer.text
    assert "Your old time still stands" in answer.text
    assert f"{appointment(runtime).starts_at:%d %H:%M}" == "09 13:00"


def test_a_move_without_a_time_is_refused(far):
    answer = far.follow("Move it").form("/move", method="post").send(starts_at="soon")

    assert answer.status == 409


def test_a_request_can_be_cancelled_but_not_confirmed(browser):
    page = browser.get("/therapists/dana-demo?from=2026-03-09").form("/holds").press(0)
    requested = page.form().send(**{**ANA, "q_flare": "mild"})

    assert requested.heading == "We have your request"
    assert "Yes, I will come" not in requested.text
    cancelled = requested.follow("Cancel it").form("/cancel").send()
    assert cancelled.heading == "This session is cancelled"


def test_confirming_what_was_cancelled_says_that_it_changed(far):
    confirm = far.form("/confirm")
    far.follow("Cancel it").form("/cancel").send()

    page = confirm.send()

    assert page.status == 409
    assert "not possible any more" in page.text


def test_the_calendar_file_names_the_time_and_no_health_word(far):
    reply = far.browser.client.get(far.path + "/calendar.ics")

    text = reply.get_data(as_text=True)
    assert reply.content_type.startswith("text/calendar")
    assert "BEGIN:VEVENT" in text
    assert "DTSTART;TZID=America/New_York:20260309T090000" in text
    assert "lupus" not in text.lower()


def test_the_page_asks_for_three_numbers_on_the_day_of_the_session(far, browser, clock, runtime):
    assert "How are you today?" not in far.text
    clock.pass_(days=6, hours=14)

    page = browser.get(far.path).follow("Give three numbers")

    assert page.path.startswith("/c/")
    page.form().send(pain="4", tiredness="6", stiffness="3")
    assert "How are you today?" not in browser.get(far.path).text
    with runtime.database.read_only() as session:
        asked = session.scalars(select(CheckIn)).one()
        assert asked.kind is CheckInKind.BASELINE
        assert (asked.answers[0].pain, asked.answers[0].tiredness) == (4, 6)


def test_a_tampered_link_opens_nothing(far, browser):
    token = far.path.rsplit("/", 1)[-1]
    flipped = token[:20] + ("A" if token[20] != "A" else "B") + token[21:]

    page = browser.get(f"/a/{flipped}")

    assert page.status == 404
    assert page.heading == "This link does not work"
    assert "Dana" not in page.text


def test_the_link_closes_thirty_days_after_the_session(far, browser, clock):
    clock.pass_(days=36)
    assert browser.get(far.path).status == 200

    clock.pass_(days=2)

    assert browser.get(far.path).status == 410


def test_the_new_link_after_a_move_lasts_as_long_after_the_new_time(far, browser, clock):
    page = far.browser.get(far.path + "/move?from=2026-04-06")
    moved = page.form("/move", method="post").press(0)

    clock.pass_(days=60)

    assert browser.get(moved.path).status == 200
    assert browser.get(far.path).status == 410


def test_the_page_is_kept_by_nobody(far):
    assert far.headers["Cache-Control"] == "no-store"
    assert far.headers["Referrer-Policy"] == "no-referrer"
    assert far.soup.find("meta", attrs={"name": "robots"})["content"] == "noindex"


def test_the_title_names_no_health_word(far):
    assert "lupus" not in far.title.lower()
    assert "lupus" not in urlsplit(far.path).path


def test_a_session_that_is_over_offers_no_changes(far, browser, clock, runtime):
    clock.pass_(days=7, hours=3)
    assert appointment(runtime).starts_at + timedelta(hours=1) < clock.now()

    page = browser.get(far.path)

    assert "Your options" not in page.html


@pytest.mark.parametrize("behind", [".", ")", "%20", ",", "%E2%80%9D", "&gt;"])
def test_what_a_phone_took_along_behind_the_link_does_no_harm(far, app, behind):
    page = NoScriptBrowser(app).get(far.path + behind)

    assert page.heading == "You are booked"
    assert page.path == far.path


def test_whoever_lost_a_link_closes_all_the_others_and_keeps_this_page(far, app, runtime):
    other = runtime.links.manage(
        appointment(runtime).id, runtime.clock.now() + timedelta(days=9), UUID(int=77)
    ).removeprefix(runtime.settings.public_base_url)
    message = runtime.links.token(Scope.MANAGE, appointment(runtime).id, LATE, mark=0)

    page = far.form("/close-links").send()

    assert "Every other link to this session is closed" in page.text
    assert NoScriptBrowser(app).get(far.path).heading == "You are booked"
    assert NoScriptBrowser(app).get(f"/a/{message}").status == 410
    # One that no message of ours carried stays as it is: nobody holds it.
    assert NoScriptBrowser(app).get(other).status == 200
