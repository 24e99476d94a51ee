"""Phones that take no texts, where staff works."""

import pytest

from booking.messaging.message import MessageState
from booking.messaging.models import Message
from tests.web.staff.test_messages import add_message
from tests.web.staff_cast import page_of
from tests.web.world import NOW


@pytest.fixture
def bounced(staff):
    """A text of Ana's that found her number bad."""
    return add_message(
        staff,
        state=MessageState.UNDELIVERED,
        error_code=30006,
        send_started_at=NOW,
        final_at=NOW,
    )


def inbox(staff, who="dana"):
    return staff.signed_in(who).get("/staff/inbox")


@pytest.mark.parametrize(("who", "sees"), [("dana", True), ("theo", False), ("cora", True)])
def test_the_inbox_names_the_patient_and_masks_the_number(staff, bounced, who, sees):
    page = inbox(staff, who)

    assert ("Texts to +1******0134 do not arrive." in page.text) == sees
    assert ("Ana Example" in page.text) == sees
    assert ("1 waiting" in page.text) == sees
    assert "2125550134" not in page.html


def test_the_patients_and_the_sessions_page_say_so_too(staff, bounced):
    for page in (
        page_of(staff),
        staff.signed_in("dana").get(f"/staff/patients/{staff.ana}"),
    ):
        assert "Texts to +1******0134 do not arrive" in page.text
        assert "go by mail instead" in page.text
    assert "do not arrive" not in page_of(staff, "theo", staff.bos).text


def test_it_is_gone_once_somebody_has_seen_to_it(staff, bounced):
    page = inbox(staff).form("/seen-to").press()

    assert "Noted." in page.text
    assert "do not arrive" not in page.text
    assert "do not arrive" not in page_of(staff).text


def test_nobody_sees_to_a_phone_of_anothers_patient(staff, bounced):
    browser = staff.signed_in("theo")
    token = browser.get("/staff/").form("/sign-out").data["csrf_token"]
    address = f"/staff/inbox/unreachable/{bounced}/seen-to"

    assert "Nothing changed." in browser.post(address, {"csrf_token": token}).text
    assert staff.browser().post(address, {}).status == 401
    assert "do not arrive" in inbox(staff).text
    assert staff.row(Message, bounced).state is MessageState.UNDELIVERED
