"""What a visitor may cause over the web, as the visitor sees it."""

from dataclasses import replace

import pytest

from booking.clinic.policy import AbusePolicy
from booking.scheduling.models import Appointment
from booking.scheduling.states import State
from tests.web.pages import NoScriptBrowser
from tests.web.world import ANA

DAY = "/therapists/dana-demo?from=2026-03-{:02}"


@pytest.fixture
def limits(app):
    """Put other limits in force."""

    def change(**limits):
        policies = replace(app.extensions["lupine"].policies, abuse=AbusePolicy(**limits))
        app.extensions["lupine"] = replace(app.extensions["lupine"], policies=policies)

    return change


def appointments(app):
    with app.extensions["lupine"].database.read_only() as session:
        found = session.query(Appointment).order_by(Appointment.created_at).all()
        session.expunge_all()
        return found


def test_a_browser_that_chooses_again_and_again_keeps_three_times(app, browser, clock):
    for day in (3, 4, 5, 6, 9, 10):
        page = browser.get(DAY.format(day)).form("/holds").press(0)
        clock.pass_(seconds=5)
        assert page.heading == "Your details"

    states = [one.state for one in appointments(app)]
    assert states.count(State.HELD) == 3
    assert states[-3:] == [State.HELD] * 3


def test_beyond_the_limit_of_an_address_a_plain_page_names_the_clinics_phone(app, limits):
    limits(holds_per_visitor=2)
    for day in (3, 4):
        NoScriptBrowser(app).get(DAY.format(day)).form("/holds").press(0)

    refused = NoScriptBrowser(app).get(DAY.format(5)).form("/holds").press(0)

    assert refused.status == 429
    assert refused.heading == "Many times are being kept just now"
    assert "+1 212 555 0100" in refused.text


def test_another_address_is_not_held_up_by_it(app, limits):
    limits(holds_per_visitor=1)
    NoScriptBrowser(app).get(DAY.format(3)).form("/holds").press(0)

    other = NoScriptBrowser(app)
    other.client.environ_base["REMOTE_ADDR"] = "203.0.113.9"

    assert other.get(DAY.format(4)).form("/holds").press(0).heading == "Your details"


def test_a_form_with_a_slip_whose_time_ran_out_is_told_what_is_kept_and_loses_nothing(
    app, limits, clock, browser
):
    limits(holds_per_visitor=1)
    page = browser.get(DAY.format(3)).form("/holds").press(0)
    clock.pass_(minutes=11)
    NoScriptBrowser(app).get(DAY.format(4)).form("/holds").press(0)

    again = page.form().send(name="Ana", phone="", email="ana@example.org")

    assert again.status == 429
    assert "+1 212 555 0100" in again.text
    assert again.value_of("name") == "Ana"


def test_neither_address_nor_browser_is_kept_but_a_hash(app, browser):
    browser.get(DAY.format(3)).form("/holds").press(0)

    [held] = appointments(app)
    assert len(held.visitor) == len(held.browser) == 32
    assert held.visitor != held.browser
    assert "127" not in held.visitor[:3]


def test_a_booking_too_many_is_told_plainly_and_everything_typed_is_still_there(app, limits):
    limits(bookings_per_number=1)
    NoScriptBrowser(app).get(DAY.format(3)).form("/holds").press(0).form().send(**ANA)

    page = NoScriptBrowser(app).get(DAY.format(4)).form("/holds").press(0)
    refused = page.form().send(**ANA)

    assert refused.status == 429
    assert "We cannot book this online" in refused.text
    assert "+1 212 555 0100" in refused.text
    assert refused.value_of("phone") == ANA["phone"]
    assert len([one for one in appointments(app) if one.state is State.BOOKED]) == 1


def test_what_is_used_up_is_told_by_health(app, limits, browser):
    limits(holds_in_all=1)
    browser.get(DAY.format(3)).form("/holds").press(0)

    health = browser.get("/healthz")

    assert "web_budget_spent" in health.html
    assert health.status == 503


CRISIS_WORDS = {"q_note": "Some days I want to kill myself"}


def test_a_crisis_in_the_form_is_answered_on_the_page_and_the_session_is_booked(app, held):
    page = held.form().send(**ANA, **CRISIS_WORDS)

    assert page.status == 200
    assert page.soup.find("a", class_="call")["href"] == "tel:988"
    assert page.follow("Go on to my session").heading == "You are booked"
    assert [one.state for one in appointments(app)] == [State.BOOKED]


def test_a_crisis_in_a_form_that_cannot_be_taken_is_answered_as_well(held):
    again = held.form().send(**{**ANA, **CRISIS_WORDS, "phone": ""})

    assert again.status == 422
    assert again.soup.find("a", class_="call")["href"] == "tel:988"


def test_a_crisis_in_a_form_that_stops_the_booking_is_answered_as_well(held):
    stopped = held.form().send(**{**ANA, **CRISIS_WORDS, "q_fever_48h": "yes"})

    assert stopped.soup.find("a", class_="call")["href"] == "tel:988"


def test_the_sessions_own_page_tells_nobody_of_the_crisis(held):
    page = held.form().send(**ANA, **CRISIS_WORDS).follow("Go on to my session")

    assert "988" not in page.text
