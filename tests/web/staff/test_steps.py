"""The steps of an appointment: which are offered when, taken, asked twice; and the clearance."""

from datetime import timedelta

import pytest

from booking.audit.models import AuditEvent
from booking.checkins.models import CheckIn
from booking.checkins.rules.scores import CheckInKind
from booking.intake.models import Clearance
from booking.scheduling.states import State
from tests.web.staff_cast import CLEARANCE, PASSWORD, STARTS, change, page_of, state_of


def offered(page):
    """The steps a page offers, by the last word of their addresses."""
    forms = [form["action"] for form in page.soup.select(".visit-actions form")]
    links = [link["href"] for link in page.soup.select(".visit-actions a")]
    return {address.rsplit("/", 1)[1] for address in (*forms, *links)}


@pytest.mark.parametrize(
    ("state", "before", "after"),
    [
        (State.REQUESTED, {"cancel"}, {"cancel"}),
        (State.BOOKED, {"arrive", "cancel"}, {"arrive", "done", "missed", "cancel"}),
        (State.CONFIRMED, {"arrive", "cancel"}, {"arrive", "done", "missed", "cancel"}),
        (State.ARRIVED, {"cancel"}, {"done", "cancel"}),
        (State.DONE, set(), set()),
        (State.MISSED, set(), set()),
        (State.CANCELLED, set(), set()),
        (State.NEEDS_REASSIGNMENT, {"cancel"}, {"cancel"}),
    ],
)
def test_steps_are_offered_by_state_and_by_whether_the_session_has_begun(
    staff, state, before, after
):
    change(staff, staff.anas, state=state)
    browser = staff.signed_in("dana")

    assert offered(browser.get(f"/staff/appointments/{staff.anas}")) == before
    staff.clock.pass_(hours=1)
    browser = staff.signed_in("dana")
    assert offered(browser.get(f"/staff/appointments/{staff.anas}")) == after


def test_nobody_can_be_marked_as_here_days_before(staff):
    change(
        staff,
        staff.anas,
        starts_at=STARTS + timedelta(days=2),
        ends_at=STARTS + timedelta(days=2, hours=1),
        blocked_until=STARTS + timedelta(days=2, hours=2),
    )

    assert offered(page_of(staff)) == {"cancel"}


def test_from_arrived_to_done_with_two_buttons_and_a_check_in_follows(staff):
    page_of(staff).form("/arrive").press()
    assert state_of(staff, staff.anas) is State.ARRIVED

    staff.clock.pass_(hours=2)
    page = page_of(staff).form("/done").press()

    assert "Noted: the session took place." in page.text
    assert state_of(staff, staff.anas) is State.DONE
    with staff.database.read_only() as session:
        kinds = {row.kind for row in session.query(CheckIn).filter_by(appointment_id=staff.anas)}
    assert CheckInKind.AFTER_24H in kinds


@pytest.mark.parametrize(("step", "state"), [("cancel", State.CANCELLED), ("missed", State.MISSED)])
def test_a_step_that_cannot_be_taken_back_is_asked_twice_without_scripts(staff, step, state):
    staff.clock.pass_(hours=1, minutes=10)
    page = page_of(staff).follow("Cancel" if step == "cancel" else "Missed")

    assert state_of(staff, staff.anas) is State.BOOKED
    page.form(f"/{step}").press()

    assert state_of(staff, staff.anas) is state


def test_signed_out_during_a_session_the_step_is_taken_with_the_sign_in(staff):
    staff.clock.pass_(hours=1, minutes=5)
    page = page_of(staff)
    staff.clock.pass_(minutes=50)

    page = page.form("/done").press()

    assert page.status == 401
    assert state_of(staff, staff.anas) is State.BOOKED
    page = page.form("/done").send(proof_email="dana@example.org", proof_password=PASSWORD)
    assert page.path == f"/staff/appointments/{staff.anas}"
    assert state_of(staff, staff.anas) is State.DONE


def test_who_took_a_step_is_recorded(staff):
    page_of(staff).form("/arrive").press()

    with staff.database.read_only() as session:
        event = session.query(AuditEvent).filter_by(action="arrived").one()
        assert event.actor == f"user:{staff.users['dana']}"
        assert event.subject_id == staff.anas


def test_a_step_that_somebody_else_was_quicker_with_changes_nothing_and_says_so(staff):
    page = page_of(staff)
    change(staff, staff.anas, state=State.CANCELLED)

    page = page.form("/arrive").press()

    assert page.status == 200
    assert "Nothing changed." in page.text
    assert state_of(staff, staff.anas) is State.CANCELLED


def test_staff_may_cancel_after_the_patients_cut_off(staff):
    page = page_of(staff).follow("Cancel").form("/cancel").press()

    assert "The appointment is cancelled." in page.text


# Clearance


def test_only_a_request_asks_for_a_clearance(staff):
    assert not page_of(staff).soup.select(".clearance")

    change(staff, staff.anas, state=State.REQUESTED)

    assert page_of(staff).soup.select(".clearance")


def test_recording_a_clearance_books_the_request(staff):
    change(staff, staff.anas, state=State.REQUESTED)

    page = page_of(staff).form("/clearance").send(**CLEARANCE)

    assert state_of(staff, staff.anas) is State.BOOKED
    assert "Dr. Sample, rheumatology" in page.text
    with staff.database.read_only() as session:
        assert session.query(Clearance).one().recorded_by == staff.users["dana"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"clinician": " "}, "Please fill this in."),
        ({"scope": ""}, "Please fill this in."),
        ({"given_on": "soon"}, "Please enter a date."),
        ({"expires_on": ""}, "Please enter a date."),
        ({"expires_on": "2026-03-01"}, "The clearance has to last until the session."),
    ],
)
def test_an_incomplete_clearance_books_nothing_and_loses_nothing(staff, wrong, message):
    change(staff, staff.anas, state=State.REQUESTED)

    page = page_of(staff).form("/clearance").send(**{**CLEARANCE, **wrong})

    assert page.status == 422
    assert any(message in error for error in page.errors)
    assert state_of(staff, staff.anas) is State.REQUESTED
    for name, typed in {**CLEARANCE, **wrong}.items():
        assert page.value_of(name) == typed
