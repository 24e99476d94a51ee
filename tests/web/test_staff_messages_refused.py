"""The ledger where texts were refused for their words, or wait behind a stopped sender."""

from booking.domain.message import MessageState
from tests.web.test_staff_messages import add_message, ledger, lines
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
