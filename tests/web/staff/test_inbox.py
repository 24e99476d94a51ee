"""The texts that wait for a person."""

import pytest

from booking.messaging.inbound_models import InboundMessage


@pytest.fixture
def text(staff):
    with staff.database.transaction() as session:
        return staff.add_text(session, "My <u>hands</u> hurt", patient_id=staff.ana)


def inbox(staff, who="dana"):
    return staff.signed_in(who).get("/staff/inbox")


@pytest.mark.parametrize(("who", "sees"), [("dana", 1), ("theo", 0), ("cora", 1), ("ada", 1)])
def test_therapists_read_their_patients_texts_and_the_office_all(staff, text, who, sees):
    page = inbox(staff, who)

    assert page.html.count("hands") == sees
    assert ("Ana Example" in page.text) == bool(sees)


def test_a_text_from_an_unknown_number_is_for_the_office_with_the_number_masked(staff):
    with staff.database.transaction() as session:
        staff.add_text(session, "Who is this?", phone="+12125550188")

    page = inbox(staff, "cora")

    assert "Unknown number" in page.text
    assert "+1******0188" in page.text
    assert "2125550188" not in page.html
    assert "Who is this?" not in inbox(staff, "dana").text


def test_texts_are_escaped_and_the_oldest_stands_first(staff, text):
    with staff.database.transaction() as session:
        staff.add_text(session, "And my knee", patient_id=staff.ana, number=2)

    page = inbox(staff)

    assert [quote.get_text() for quote in page.soup.select("blockquote")] == [
        "My <u>hands</u> hurt",
        "And my knee",
    ]
    assert "<u>hands" not in page.html


def test_showing_texts_is_recorded(staff, text):
    inbox(staff)

    assert staff.openings("texts_of_patient") == [(f"user:{staff.users['dana']}", staff.ana)]


def test_a_text_that_was_read_leaves_the_list_with_the_readers_name_on_it(staff, text):
    page = inbox(staff).form("/done").press()

    assert "Nothing waits." in page.text
    assert staff.row(InboundMessage, text).read_by == staff.users["dana"]


def test_another_therapist_cannot_mark_it_as_read(staff, text):
    browser = staff.signed_in("theo")
    token = browser.get("/staff/").form("/sign-out").data["csrf_token"]

    assert browser.post(f"/staff/inbox/{text}/done", {"csrf_token": token}).status == 404
    assert staff.row(InboundMessage, text).read_by is None


def test_signed_out_or_without_a_form_token_nothing_is_marked(staff, text):
    assert staff.browser().post(f"/staff/inbox/{text}/done", {}).status == 401
    assert staff.signed_in("dana").post(f"/staff/inbox/{text}/done", {}).status == 400
    assert staff.row(InboundMessage, text).read_by is None
