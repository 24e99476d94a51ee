"""The ledger where texts were refused for their words, or wait behind a stopped sender."""

from datetime import timedelta

from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import MessageState
from tests.web.staff.test_messages import add_message, ledger, lines, stop_sender
from tests.web.staff_cast import page_of
from tests.web.world import NOW


def test_a_text_refused_for_its_words_is_not_offered_again_and_the_page_says_why(staff):
    add_message(staff, state=MessageState.FAILED, error_code=30007, final_at=NOW)

    page = ledger(staff).follow("Confirmation")

    assert "the same words are not sent again" in page.text
    assert "/again" not in page.html


def test_texts_refused_for_their_words_are_told_on_every_page_with_what_to_do(staff):
    add_message(staff, state=MessageState.FAILED, error_code=30007, final_at=NOW)
    calendar = staff.signed_in("cora").get("/staff/")
    assert "One message failed for the words within a day" in calendar.text

    page = calendar.follow("What to do").follow("those that failed")

    assert len(lines(page)) == 1
    assert "text_refused" in staff.browser().get("/healthz").html


def test_a_text_held_up_by_a_stopped_sender_says_since_when_it_is_due_and_why(staff):
    add_message(staff, state=MessageState.PENDING)
    add_message(staff, state=MessageState.PENDING, channel=Channel.EMAIL, recipient="a@example.org")
    later = NOW + timedelta(minutes=30)
    add_message(staff, kind=Kind.REMINDER, state=MessageState.PENDING, due_at=later)
    stop_sender(staff)
    held = "Due since Mon, Mar 2, 10:00 am, texts are stopped"

    page = ledger(staff)

    assert [line.startswith("Confirmation text") for line in lines(page) if held in line] == [True]
    assert page_of(staff).text.count(held) == 1
    assert page.follow("Confirmation text").text.count(held) == 1


def test_while_texts_go_one_that_is_due_waits_as_before(staff):
    add_message(staff, state=MessageState.PENDING)

    assert "Waits until it is due" in ledger(staff).text
