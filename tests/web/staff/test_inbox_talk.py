"""Answering a patient by text."""

import pytest
from sqlalchemy import select

from booking.audit.models import AuditEvent
from booking.messaging.inbound_models import InboundMessage
from booking.messaging.kinds import Kind
from booking.messaging.models import Message, OptOut
from tests.web.world import NOW

SENDER = "+15005550006"


@pytest.fixture
def text(staff):
    with staff.database.transaction() as session:
        return staff.add_text(session, "Is there <b>parking</b>?", patient_id=staff.ana)


def talk(staff, who="dana"):
    return staff.signed_in(who).get("/staff/inbox").follow("Answer")


def answers(staff):
    with staff.database.read_only() as session:
        found = session.scalars(select(Message).where(Message.kind == Kind.STAFF_ANSWER)).all()
        session.expunge_all()
        return found


def test_an_answer_is_written_once_and_what_it_answers_is_done(staff, text):
    page = talk(staff)
    form = page.form("/answer")

    sent = form.send(words="Yes, behind the house.")
    form.send(words="Yes, behind the house.")

    [answer] = answers(staff)
    assert (answer.body, answer.recipient) == ("Yes, behind the house.", "+12125550134")
    assert staff.row(InboundMessage, text).read_by == staff.users["dana"]
    assert "Your answer leaves in a moment." in sent.text
    assert [turn.p.get_text() for turn in sent.soup.select(".talk .ours")] == [answer.body]
    assert "Dana," in sent.soup.select_one(".talk .ours").get_text()
    assert "1 segment" in sent.text


def test_what_came_while_an_answer_was_written_still_waits(staff, text):
    page = talk(staff)
    with staff.database.transaction() as session:
        later = staff.add_text(session, "And a lift?", patient_id=staff.ana, number=2)

    page.form("/answer").send(words="Yes.")

    assert staff.row(InboundMessage, text).read_by is not None
    assert staff.row(InboundMessage, later).read_by is None


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("", "Write something first."),
        ("x" * 481, "keep it to 480 characters: these are 481"),
        ("How is your lupus?", "Leave out “lupus”, or call."),
    ],
)
def test_words_that_cannot_go_are_refused_and_kept_in_the_form(staff, text, words, says):
    page = talk(staff).form("/answer").send(words=words)

    assert page.status == 422
    assert says in page.errors[0]
    assert page.value_of("words") == words
    assert answers(staff) == []


def test_a_phone_that_has_stopped_our_texts_gets_none_and_the_page_says_so(staff, text):
    form = talk(staff).form("/answer")
    with staff.database.transaction() as session:
        session.add(OptOut(phone="+12125550134", sender=SENDER, opted_out_at=NOW, source="text"))

    page = form.send(words="Yes.")

    assert page.status == 422
    assert "It has stopped our texts with STOP." in page.text
    assert answers(staff) == []


def test_texts_are_escaped_and_the_number_is_masked(staff, text):
    page = talk(staff, "cora")

    assert "<b>parking" not in page.html
    assert "+1******0134" in page.text


def test_opening_a_conversation_is_recorded(staff, text):
    staff.signed_in("cora").get(f"/staff/inbox/{text}")

    assert staff.openings("texts_of_patient") == [(f"user:{staff.users['cora']}", staff.ana)]


def test_opening_a_conversation_with_an_unknown_number_is_recorded_too(staff):
    with staff.database.transaction() as session:
        sid = staff.add_text(session, "Who is this?", phone="+12125550188")

    page = staff.signed_in("cora").get(f"/staff/inbox/{sid}")

    assert page.heading == "Unknown number"
    assert staff.openings("texts_of_unknown_number") == [(f"user:{staff.users['cora']}", None)]


@pytest.mark.parametrize("step", ["answer", "done"])
def test_another_therapist_can_neither_see_nor_answer_it(staff, text, step):
    browser = staff.signed_in("theo")
    token = browser.get("/staff/").form("/sign-out").data["csrf_token"]

    assert browser.get(f"/staff/inbox/{text}").status == 404
    data = {"csrf_token": token, "words": "Hello"}
    assert browser.post(f"/staff/inbox/{text}/{step}", data).status == 404
    assert answers(staff) == []
    assert staff.row(InboundMessage, text).read_by is None


def test_signed_out_or_without_a_form_token_nothing_is_sent(staff, text):
    assert staff.browser().post(f"/staff/inbox/{text}/answer", {"words": "x"}).status == 401
    assert staff.signed_in("dana").post(f"/staff/inbox/{text}/answer", {"words": "x"}).status == 400
    assert answers(staff) == []


def test_a_conversation_is_done_without_an_answer_and_found_again_among_those_done(staff, text):
    page = talk(staff).form("/done").press()

    assert "Nothing waits." in page.text
    assert staff.row(InboundMessage, text).read_by == staff.users["dana"]
    assert page.follow("Ana Example").path == f"/staff/inbox/{text}"


def test_an_answer_is_recorded_with_who_wrote_it(staff, text):
    talk(staff).form("/answer").send(words="Yes.")

    with staff.database.read_only() as session:
        acts = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "answered_by_text")
        ).all()
        assert [(act.actor, act.subject_id) for act in acts] == [
            (f"user:{staff.users['dana']}", staff.ana)
        ]
