"""One appointment as the staff see it: who may, what stands there, which steps are offered."""

from datetime import timedelta

import pytest

from booking.kit.ids import new_id
from booking.messaging.kinds import Channel, Kind, lane_of
from booking.messaging.message import MessageState
from booking.messaging.models import Message, MessageEvent
from booking.safety.rules.red_flags import Tier
from booking.scheduling.states import State
from tests.web.staff_cast import CLEARANCE, STARTS, page_of, state_of
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


def test_a_cancelled_session_opens_nothing_of_what_the_patient_tells_others_since(staff):
    with staff.database.transaction() as session:
        earlier = NOW - timedelta(days=30)
        gone = staff.add_appointment(
            session, staff.therapists.theo, staff.ana, earlier, State.CANCELLED
        )
        staff.add_visit(session, 7, before=(7, 7, 7), after=(9, 9, 9))
        staff.add_alert(session, Tier.RED, staff.ana)

    page = staff.signed_in("theo").get(f"/staff/appointments/{gone}")

    assert page.status == 200
    assert "Emergency signs" not in page.text
    assert not page.soup.find(id="trend-title")
    seen_by_dana = page_of(staff, "dana")
    assert "Emergency signs" in seen_by_dana.text
    assert seen_by_dana.soup.find(id="trend-title")


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
        add_message(session, staff, MessageState.SUPPRESSED, reason_before="texts are stopped")
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
        variables={},
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
