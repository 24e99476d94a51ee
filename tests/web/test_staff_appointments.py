"""One appointment as the staff see it: who may, what stands there, which steps are offered."""

from datetime import timedelta

import pytest

from booking.domain.appointment import State
from booking.domain.checkin import CheckInKind
from booking.domain.message import Channel, Kind, MessageState, lane_of
from booking.domain.redflags import Tier
from booking.ids import new_id
from booking.models import Appointment, AuditEvent, CheckIn, Clearance, Message, MessageEvent
from tests.web.staff_cast import PASSWORD, STARTS
from tests.web.world import NOW

CAREFUL = {
    "flare": ["mild"],
    "steroids": ["longer"],
    "skin": ["rash"],
    "skin_regions": ["left_arm"],
    "swollen_joints": ["right_knee"],
    "allergies": ["nut_oil"],
    "positions": ["side"],
}
CLEARANCE = {
    "clinician": "Dr. Sample, rheumatology",
    "scope": "Light work, no legs",
    "given_on": "2026-03-01",
    "expires_on": "2026-06-01",
}


def page_of(staff, who="dana", appointment_id=None):
    return staff.signed_in(who).get(f"/staff/appointments/{appointment_id or staff.anas}")


def change(staff, appointment_id, **values):
    with staff.database.transaction() as session:
        row = session.get(Appointment, appointment_id)
        for name, value in values.items():
            setattr(row, name, value)


def state_of(staff, appointment_id):
    return staff.row(Appointment, appointment_id).state


def offered(page):
    """The steps a page offers, by the last word of their addresses."""
    forms = [form["action"] for form in page.soup.select(".visit-actions form")]
    links = [link["href"] for link in page.soup.select(".visit-actions a")]
    return {address.rsplit("/", 1)[1] for address in (*forms, *links)}


# Who may


@pytest.mark.parametrize("who", ["dana", "cora", "ada"])
def test_the_own_therapist_the_coordinator_and_the_administrator_open_it(staff, who):
    assert page_of(staff, who).status == 200


@pytest.mark.parametrize("ending", ["", "/cancel", "/missed"])
def test_for_another_therapist_the_appointment_does_not_exist(staff, ending):
    page = staff.signed_in("theo").get(f"/staff/appointments/{staff.anas}{ending}")

    assert page.status == 404
    assert "Ana" not in page.html


@pytest.mark.parametrize("step", ["arrive", "done", "missed", "cancel", "clearance"])
def test_another_therapist_can_take_no_step(staff, step):
    staff.clock.pass_(hours=1)
    browser = staff.signed_in("theo")
    token = browser.get("/staff/").form("/sign-out").data["csrf_token"]

    page = browser.post(
        f"/staff/appointments/{staff.anas}/{step}", {"csrf_token": token, **CLEARANCE}
    )

    assert page.status == 404
    assert state_of(staff, staff.anas) is State.BOOKED


@pytest.mark.parametrize("step", ["arrive", "done", "missed", "cancel", "clearance"])
def test_a_step_without_a_form_token_is_refused(staff, step):
    browser = staff.signed_in("dana")

    assert browser.post(f"/staff/appointments/{staff.anas}/{step}", {}).status == 400
    assert state_of(staff, staff.anas) is State.BOOKED


@pytest.mark.parametrize("step", ["arrive", "done", "missed", "cancel", "clearance"])
def test_signed_out_no_step_can_be_taken(staff, step):
    assert staff.browser().post(f"/staff/appointments/{staff.anas}/{step}", {}).status == 401


def test_a_patients_link_opens_no_page_of_the_staff(staff):
    browser = staff.browser()
    links = staff.app.extensions["lupine"].links
    address = links.manage(staff.anas, NOW + timedelta(days=30), staff.anas)
    browser.get(address.replace("http://localhost", ""))

    assert browser.get(f"/staff/appointments/{staff.anas}").path == "/staff/sign-in"


def test_a_hold_is_no_appointment(staff):
    with staff.database.transaction() as session:
        later = STARTS + timedelta(days=1)
        hold = staff.add_appointment(session, staff.therapists.dana, None, later, State.HELD)

    assert page_of(staff, appointment_id=hold).status == 404


# What stands there


def test_opening_it_is_recorded_each_time(staff):
    page_of(staff)
    page_of(staff, "cora")

    assert staff.openings("appointment") == [
        (f"user:{staff.users['dana']}", staff.anas),
        (f"user:{staff.users['cora']}", staff.anas),
    ]


def test_an_opening_that_is_refused_is_not_recorded_as_one(staff):
    page_of(staff, "theo")

    assert staff.openings("appointment") == []


def test_title_and_address_carry_no_health_word_and_no_family_name(staff):
    with staff.database.transaction() as session:
        staff.add_intake(session, staff.ana, staff.anas, CAREFUL)

    page = page_of(staff)

    assert page.title == "Mon, Mar 2, 11:00 am, Ana – Lavender Row"


def test_cautions_stand_by_class_with_the_therapists_words(staff):
    with staff.database.transaction() as session:
        staff.add_intake(session, staff.ana, staff.anas, CAREFUL, {"note": "No candles."})

    page = page_of(staff)

    classes = [" ".join(h.get_text(" ").split()) for h in page.soup.select(".cautions h3")]
    assert [words.split()[0] for words in classes] == ["Clearance", "Leave", "Adapt"]
    assert "Steroids for over 3 months" in page.text
    assert "Pressure at most 2" in page.text
    assert "Nut oils" in page.text
    assert "On my side" in page.text
    assert "No candles." in page.text


def test_places_to_leave_alone_are_drawn_and_listed(staff):
    with staff.database.transaction() as session:
        staff.add_intake(session, staff.ana, staff.anas, CAREFUL)

    page = page_of(staff)

    # The arm and the knee, on the front and on the back.
    assert len(page.soup.select(".body-map rect.leave")) == 4
    caption = page.soup.select_one(".body-map figcaption").get_text()
    assert "Left arm or elbow, Right knee" in caption


def test_without_an_intake_the_page_says_so(staff):
    assert "There is no intake for this session. Ask before you begin." in page_of(staff).text


def test_words_of_patients_are_escaped(staff):
    mark = "<script>alert('x')</script>"
    with staff.database.transaction() as session:
        staff.add_intake(session, staff.ana, staff.anas, {}, {"note": mark})
        sid = staff.add_text(session, mark, patient_id=staff.ana)
        staff.add_alert(session, Tier.RED, staff.ana, inbound_sid=sid)

    page = page_of(staff)

    assert mark not in page.html
    # In the note, among all answers, and in the alert.
    assert page.text.count(mark) == 3


def test_open_alerts_of_the_patient_stand_above_the_intake(staff):
    with staff.database.transaction() as session:
        sid = staff.add_text(session, "chest pain again", patient_id=staff.ana)
        staff.add_alert(session, Tier.RED, staff.ana, inbound_sid=sid)
        staff.add_alert(session, Tier.RED, staff.bo)

    page = page_of(staff)

    assert page.text.index("Call the patient now.") < page.text.index("Before you begin")
    assert len(page.soup.select(".notice.urgent")) == 1
    assert "chest pain again" in page.text


def test_an_alert_from_a_phone_that_several_share_is_shown_with_each_of_them(staff):
    with staff.database.transaction() as session:
        sid = staff.add_text(session, "chest pain", patient_id=None, phone="+12125550134")
        staff.add_alert(session, Tier.RED, None, inbound_sid=sid)

    assert "Call the patient now." in page_of(staff).text
    assert "Call the patient now." not in page_of(staff, "theo", staff.bos).text


def test_the_ledger_tells_what_was_sent_or_not_and_why_without_the_number(staff):
    with staff.database.transaction() as session:
        failed = add_message(session, staff, MessageState.UNDELIVERED, error_code=30003)
        session.add(
            MessageEvent(
                message_id=failed, at=NOW, what="reported", state=MessageState.SENT, detail={}
            )
        )
        add_message(session, staff, MessageState.SUPPRESSED, reason="texts are stopped")
        add_message(session, staff, MessageState.DELIVERED, channel=Channel.EMAIL)

    page = page_of(staff)
    ledger = " ".join(page.soup.select_one(".ledger").get_text(" ").split())

    assert "Reminder text to +1******0134" in ledger
    assert "Not delivered" in ledger
    assert "The phone was off or out of reach." in ledger
    assert "Texts are stopped" in ledger
    assert "mail to a***@example.org" in ledger
    assert "reported (sent)" in ledger
    assert "2125550134" not in ledger


def add_message(session, staff, state, *, channel=Channel.SMS, **facts):
    message = Message(
        id=new_id(),
        dedupe_key=str(new_id()),
        kind=Kind.REMINDER,
        channel=channel,
        lane=int(lane_of(Kind.REMINDER)),
        appointment_id=staff.anas,
        appointment_version=1,
        patient_id=staff.ana,
        recipient="+12125550134" if channel is Channel.SMS else "ana@example.org",
        language="en",
        zone="America/New_York",
        facts={},
        due_at=NOW,
        expires_at=NOW + timedelta(hours=1),
        next_attempt_at=NOW,
        state=state,
        created_at=NOW,
        **facts,
    )
    session.add(message)
    session.flush()
    return message.id


# Steps


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
    with staff.database.reading() as session:
        kinds = {row.kind for row in session.query(CheckIn).filter_by(appointment_id=staff.anas)}
    assert CheckInKind.AFTER_24H in kinds


@pytest.mark.parametrize(("step", "state"), [("cancel", State.CANCELLED), ("missed", State.MISSED)])
def test_a_step_that_cannot_be_taken_back_is_asked_twice_without_scripts(staff, step, state):
    staff.clock.pass_(hours=1, minutes=10)
    page = page_of(staff).follow("Cancel" if step == "cancel" else "Missed")

    assert state_of(staff, staff.anas) is State.BOOKED
    page.form(f"/{step}").press()

    assert state_of(staff, staff.anas) is state


def test_signed_out_during_a_session_the_button_leads_back_by_way_of_the_sign_in(staff):
    staff.clock.pass_(hours=1, minutes=5)
    page = page_of(staff)
    staff.clock.pass_(minutes=50)

    page = page.form("/done").press()

    assert page.status == 401
    assert state_of(staff, staff.anas) is State.BOOKED
    page = page.follow("Sign in").form("/sign-in").send(email="dana@example.org", password=PASSWORD)
    assert page.path == f"/staff/appointments/{staff.anas}"


def test_who_took_a_step_is_recorded(staff):
    page_of(staff).form("/arrive").press()

    with staff.database.reading() as session:
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
    with staff.database.reading() as session:
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
