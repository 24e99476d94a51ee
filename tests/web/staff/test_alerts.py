"""The alerts: most urgent first, taken in hand, closed with what came of it."""

from datetime import timedelta

import pytest

from booking.safety.models import Alert, AlertCause
from booking.safety.rules.red_flags import Tier
from booking.safety.states import AlertState
from tests.web.world import NOW


@pytest.fixture
def alert(staff):
    with staff.database.transaction() as session:
        sid = staff.add_text(session, "I have <i>chest pain</i>", patient_id=staff.ana)
        return staff.add_alert(session, Tier.RED, staff.ana, inbound_sid=sid)


def alerts_page(staff, who="dana"):
    return staff.signed_in(who).get("/staff/alerts")


def headings(page):
    return [" ".join(h.get_text(" ").split()) for h in page.soup.select(".alert h2")]


def test_the_most_urgent_stand_first_then_the_oldest(staff):
    with staff.database.transaction() as session:
        for number, tier in enumerate((Tier.REVIEW, Tier.AMBER, Tier.RED, Tier.CRISIS, Tier.RED)):
            at = NOW - timedelta(minutes=number)
            staff.add_alert(session, tier, staff.ana if number < 4 else staff.bo, at=at)

    assert headings(alerts_page(staff, "cora")) == [
        "Emergency signs Bo Sample",
        "Emergency signs Ana Example",
        "Crisis Ana Example",
        "Needs a call Ana Example",
        "To be read Ana Example",
    ]


@pytest.mark.parametrize(("who", "sees"), [("dana", 1), ("theo", 0), ("cora", 1), ("ada", 1)])
def test_therapists_see_the_alerts_of_their_patients_and_the_office_all(staff, alert, who, sees):
    page = alerts_page(staff, who)

    assert len(headings(page)) == sees
    assert ("chest pain" in page.text) == bool(sees)
    assert bool(page.soup.select(".masthead .count")) == bool(sees)


def test_what_was_written_is_shown_escaped(staff, alert):
    page = alerts_page(staff)

    assert "I have <i>chest pain</i>" in page.text
    assert "<i>chest" not in page.html


def test_the_office_gets_from_an_alert_to_the_intake_that_raised_it(staff):
    with staff.database.transaction() as session:
        staff.add_alert(session, Tier.REVIEW, staff.ana, appointment_id=staff.anas)

    page = alerts_page(staff, "cora").follow("Read the intake")

    assert page.path == f"/staff/appointments/{staff.anas}"


def test_showing_an_alert_is_recorded(staff, alert):
    alerts_page(staff)
    alerts_page(staff, "theo")

    assert staff.openings("alert") == [(f"user:{staff.users['dana']}", alert)]


def test_an_alert_from_an_unknown_phone_is_shown_to_the_office(staff):
    with staff.database.transaction() as session:
        sid = staff.add_text(session, "chest pain", phone="+12125550177")
        staff.add_alert(session, Tier.RED, None, inbound_sid=sid)

    page = alerts_page(staff, "cora")

    assert headings(page) == ["Emergency signs Unknown or shared number"]
    assert page.soup.select_one('.alert a[href="tel:+12125550177"]')
    assert headings(alerts_page(staff, "dana")) == []


def test_taking_an_alert_in_hand_names_the_person_and_keeps_it_open(staff, alert):
    page = alerts_page(staff).form("/acknowledge").press()

    assert "In hand: Dana" in page.text
    row = staff.row(Alert, alert)
    assert row.state is AlertState.ACKNOWLEDGED
    assert row.acknowledged_by == staff.users["dana"]
    assert row.acknowledged_at == NOW


def test_closing_needs_an_outcome_and_loses_no_word_of_the_note(staff, alert):
    page = alerts_page(staff).form("/close").send(outcome="", note="Called twice.")

    assert page.status == 422
    assert page.errors == ["Choose what came of it, then close the alert."]
    assert page.value_of("note") == "Called twice."
    assert staff.row(Alert, alert).state is AlertState.OPEN


def test_an_outcome_nobody_offered_is_refused(staff, alert):
    assert alerts_page(staff).form("/close").send(outcome="deleted").status == 422


def test_a_closed_alert_leaves_the_list_and_stays_in_the_database(staff, alert):
    page = alerts_page(staff).form("/close").send(outcome="spoke", note="Feels better.")

    assert headings(page) == []
    row = staff.row(Alert, alert)
    assert row.state is AlertState.CLOSED
    assert row.outcome == "Spoke with the patient. Feels better."
    assert row.closed_by == staff.users["dana"]


@pytest.mark.parametrize("step", ["acknowledge", "close"])
def test_another_therapist_can_do_nothing_with_it(staff, alert, step):
    browser = staff.signed_in("theo")
    token = browser.get("/staff/").form("/sign-out").data["csrf_token"]

    page = browser.post(f"/staff/alerts/{alert}/{step}", {"csrf_token": token, "outcome": "spoke"})

    assert page.status == 404
    assert staff.row(Alert, alert).state is AlertState.OPEN


@pytest.mark.parametrize("step", ["acknowledge", "close"])
def test_signed_out_or_without_a_form_token_nothing_happens(staff, alert, step):
    assert staff.browser().post(f"/staff/alerts/{alert}/{step}", {}).status == 401
    assert staff.signed_in("dana").post(f"/staff/alerts/{alert}/{step}", {}).status == 400
    assert staff.row(Alert, alert).state is AlertState.OPEN


def test_what_two_close_at_once_is_closed_by_the_first(staff, alert):
    slower = alerts_page(staff, "cora")
    alerts_page(staff).form("/close").send(outcome="spoke")

    page = slower.form("/close").send(outcome="false_alarm")

    assert page.status == 409
    assert staff.row(Alert, alert).outcome == "Spoke with the patient."


def test_the_title_holds_no_health_word(staff, alert):
    assert alerts_page(staff).title == "Alerts – Lavender Row"


def test_what_came_since_is_counted_and_its_newest_words_are_shown(staff, alert):
    with staff.database.transaction() as session:
        for number, words in ((2, "It is worse"), (3, "Now my arm too")):
            sid = staff.add_text(session, words, patient_id=staff.ana, number=number)
            at = NOW + timedelta(minutes=number)
            session.add(AlertCause(source_key=sid, alert_id=alert, inbound_sid=sid, at=at))

    text = alerts_page(staff).text

    assert "2 more since" in text
    assert "Now my arm too" in text


def test_an_alert_is_not_closed_over_what_came_after_the_page_was_opened(staff, alert):
    page = alerts_page(staff)
    with staff.database.transaction() as session:
        sid = staff.add_text(session, "Now my arm too", patient_id=staff.ana, number=2)
        session.add(AlertCause(source_key=sid, alert_id=alert, inbound_sid=sid, at=NOW))

    again = page.form("/close").send(outcome="spoke")

    assert (again.status, "More has come since" in again.text) == (422, True)
    assert "Now my arm too" in again.text
    assert staff.row(Alert, alert).state is AlertState.OPEN
    again.form("/close").send(outcome="spoke")
    assert staff.row(Alert, alert).state is AlertState.CLOSED
