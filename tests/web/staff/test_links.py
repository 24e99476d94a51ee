"""Staff closes a link a patient was sent, or all of them, and sends a new one."""

from datetime import timedelta

import pytest

from booking.kit.ids import new_id
from booking.kit.links import mark_of
from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import MessageState
from booking.messaging.models import Message
from tests.web.staff_cast import NOW, page_of


@pytest.fixture
def sent(staff):
    """The confirmation of Ana's session, as it left."""
    message = Message(
        id=new_id(),
        dedupe_key="confirmation:of:ana",
        kind=Kind.CONFIRMATION,
        channel=Channel.EMAIL,
        lane=1,
        appointment_id=staff.anas,
        appointment_version=1,
        recipient="ana@example.org",
        language="en",
        zone="America/New_York",
        variables={},
        due_at=NOW,
        expires_at=NOW + timedelta(days=2),
        next_attempt_at=NOW,
        state=MessageState.ACCEPTED,
        send_started_at=NOW,
        created_at=NOW,
    )
    with staff.database.transaction() as session:
        session.add(message)
    return message


def address_of(staff, message):
    links = staff.app.extensions["lupine"].links
    whole = links.manage(staff.anas, NOW + timedelta(days=30), message.id)
    return whole.removeprefix("http://localhost")


def test_one_link_is_closed_with_one_button_and_says_so_to_whoever_opens_it(staff, sent):
    assert staff.browser().get(address_of(staff, sent)).status == 200

    page = page_of(staff).form(f"/links/{mark_of(sent.id)}/close").press()

    assert "That link opens nothing any more." in page.text
    closed = staff.browser().get(address_of(staff, sent))
    assert closed.status == 410
    assert "newest link we sent you" in closed.text
    assert "Demo" not in closed.text


def test_all_links_are_closed_at_once_and_a_new_one_is_sent(staff, sent):
    page = page_of(staff).form("/links/renew").press()

    assert "A new one is on its way" in page.text
    assert staff.browser().get(address_of(staff, sent)).status == 410
    with staff.database.read_only() as session:
        waiting = session.query(Message).filter_by(kind=Kind.MOVE_LINK).all()
        session.expunge_all()
    assert {one.channel for one in waiting} >= {Channel.EMAIL}
    assert staff.browser().get(address_of(staff, waiting[0])).status == 200


@pytest.mark.parametrize("path", ["renew", "5/close", "16777215/close"])
def test_links_of_another_therapists_patient_cannot_be_closed(staff, path):
    theo = staff.signed_in("theo")
    token = theo.get("/staff/").soup.find("input", {"name": "csrf_token"})["value"]

    answer = theo.post(f"/staff/appointments/{staff.anas}/links/{path}", {"csrf_token": token})

    assert answer.status == 404


@pytest.mark.parametrize("mark", ["16777216", "-1", "99999999999999999999", "x"])
def test_a_mark_that_no_link_has_is_not_found(staff, mark):
    answer = staff.signed_in("dana").post(
        f"/staff/appointments/{staff.anas}/links/{mark}/close", {}
    )

    assert answer.status == 404
