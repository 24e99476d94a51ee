"""Check-ins: asked once, nudged once, answered once, followed up where it got worse."""

import pytest

from booking.checkins import service as check_ins
from booking.checkins.models import Answer
from booking.checkins.rules.scores import CheckInKind, Scores
from booking.checkins.service import NewAnswer
from booking.kit.errors import InvalidInput, NotFound
from booking.kit.ids import new_id
from booking.messaging.inbound_models import OpenQuestion
from booking.messaging.kinds import Kind
from booking.messaging.message import MessageState
from booking.messaging.reason import Reason
from tests.build.cast import ALICE, CARMEN, EMMA
from tests.build.clinic import PATIENT, actor
from tests.build.times import stamp, utc
from tests.refusals import refused

THURSDAY = "2026-03-05T17:00Z"


def answer(clinic, booked, kind, scores, **more):
    with clinic.unit_of_work(actor(booked, PATIENT)) as uow:
        new = NewAnswer(Scores(*scores), **{"source": "web", **more})
        return check_ins.record_scores(uow, clinic.check_ins(booked)[kind].id, new)


def visit(clinic, patient, at, before=None, after=None):
    """Let a session take place with the numbers around it."""
    booked = clinic.booked(patient, at=at)
    if before:
        answer(clinic, booked, CheckInKind.BASELINE, before)
    clinic.clock.set(booked.ends_at)
    clinic.finish(booked)
    if after:
        clinic.clock.pass_(hours=24)
        answer(clinic, booked, CheckInKind.AFTER_24H, after)
    return booked


def test_the_question_says_what_to_send_and_names_no_illness(clinic):
    visit(clinic, ALICE, THURSDAY)
    clinic.send_all("2026-03-06T18:00Z")

    text = clinic.sms.to(ALICE)[-1]
    assert "Reply 3 numbers" in text
    assert "pain, tiredness, stiffness" in text
    assert "lupus" not in text.casefold()


def test_a_patient_who_says_nothing_is_nudged_once_and_then_left_alone(clinic):
    visit(clinic, ALICE, THURSDAY)
    clinic.sms.sent.clear()

    clinic.send_all("2026-03-20T12:00Z")

    asked = clinic.messages(kind=Kind.CHECK_IN)
    assert [one.state for one in asked] == [MessageState.ACCEPTED, MessageState.ACCEPTED]
    assert len([one for one in clinic.sms.sent if "Reply 3 numbers" in one.body]) == 2


def test_the_nudge_dies_when_the_answer_is_there(clinic):
    visit(clinic, ALICE, THURSDAY)
    clinic.send_all("2026-03-06T18:00Z")

    clinic.text_from(ALICE, "4 6 3")
    clinic.send_all("2026-03-20T12:00Z")

    ask, nudge = clinic.messages(kind=Kind.CHECK_IN)
    assert (ask.state, nudge.state) == (MessageState.ACCEPTED, MessageState.CANCELLED)
    assert nudge.reason == Reason.ANSWERED


def test_an_answer_on_the_page_before_the_text_left_stops_the_text(clinic):
    booked = visit(clinic, ALICE, THURSDAY, after=(4, 6, 3))

    clinic.send_all("2026-03-20T12:00Z")

    asked = clinic.messages(kind=Kind.CHECK_IN, about=booked)
    assert {one.state for one in asked} == {MessageState.CANCELLED}


def test_an_answer_closes_the_open_question(clinic):
    visit(clinic, ALICE, THURSDAY)
    clinic.send_all("2026-03-06T18:00Z")

    clinic.text_from(ALICE, "4 6 3")

    assert (
        clinic.all(OpenQuestion, OpenQuestion.closed_at.is_(None), OpenQuestion.topic == "scores")
        == []
    )


def test_a_first_day_worse_than_before_is_asked_about_again_after_72_hours(clinic):
    booked = visit(clinic, ALICE, THURSDAY, before=(4, 4, 4), after=(5, 4, 4))

    check_in = clinic.check_ins(booked)[CheckInKind.AFTER_72H]
    assert stamp(check_in.due_at) == "2026-03-08T18:00Z"
    waiting = clinic.messages(kind=Kind.CHECK_IN, about=booked, state=MessageState.PENDING)
    assert [stamp(one.due_at) for one in waiting] == ["2026-03-08T18:00Z", "2026-03-09T14:00Z"]


@pytest.mark.parametrize("after", [(4, 4, 4), (1, 2, 3)])
def test_a_first_day_no_worse_is_left_alone(clinic, after):
    booked = visit(clinic, ALICE, THURSDAY, before=(4, 4, 4), after=after)

    assert CheckInKind.AFTER_72H not in clinic.check_ins(booked)


def test_without_numbers_before_there_is_nothing_to_follow_up(clinic):
    booked = visit(clinic, ALICE, THURSDAY, after=(9, 9, 9))

    assert CheckInKind.AFTER_72H not in clinic.check_ins(booked)


def test_a_corrected_answer_plans_one_follow_up_not_two(clinic):
    booked = visit(clinic, ALICE, THURSDAY, before=(4, 4, 4), after=(5, 4, 4))
    answer(clinic, booked, CheckInKind.AFTER_24H, (6, 4, 4))

    waiting = clinic.messages(kind=Kind.CHECK_IN, about=booked, state=MessageState.PENDING)
    assert len(waiting) == 2


def test_the_answer_to_the_follow_up_is_kept_with_it(clinic):
    booked = visit(clinic, ALICE, THURSDAY, before=(4, 4, 4), after=(5, 4, 4))
    clinic.send_all("2026-03-08T18:00Z")

    clinic.text_from(ALICE, "3 3 3")

    assert clinic.scores(booked, CheckInKind.AFTER_72H) == (3, 3, 3)
    assert clinic.scores(booked, CheckInKind.AFTER_24H) == (5, 4, 4)


def test_an_answer_is_kept_with_everything_it_says(clinic):
    booked = visit(clinic, ALICE, THURSDAY)
    clinic.clock.pass_(hours=24)

    answer(clinic, booked, CheckInKind.AFTER_24H, (4, 6, 3), sleep=2, stress=7, note="Slept badly.")

    [kept] = clinic.all(Answer)
    assert (kept.sleep, kept.stress, kept.note, kept.source) == (2, 7, "Slept badly.", "web")
    assert kept.at == clinic.now


def test_an_answer_to_the_page_before_the_text_was_due_counts(clinic):
    booked = visit(clinic, ALICE, THURSDAY)
    clinic.clock.pass_(hours=2)

    answer(clinic, booked, CheckInKind.AFTER_24H, (4, 6, 3))

    assert clinic.scores(booked, CheckInKind.AFTER_24H) == (4, 6, 3)


def test_the_numbers_before_the_session_are_taken_until_it_begins(clinic):
    booked = clinic.booked(ALICE, at=THURSDAY)
    clinic.clock.set(booked.starts_at)

    with refused(InvalidInput, "closed"):
        answer(clinic, booked, CheckInKind.BASELINE, (4, 4, 4))


def test_a_second_answer_after_the_hour_is_refused_and_the_first_stands(clinic):
    booked = visit(clinic, ALICE, THURSDAY, after=(4, 6, 3))
    clinic.clock.pass_(hours=1, seconds=1)

    with refused(InvalidInput, "kept already"):
        answer(clinic, booked, CheckInKind.AFTER_24H, (1, 1, 1))
    assert clinic.scores(booked, CheckInKind.AFTER_24H) == (4, 6, 3)


def test_an_answer_after_the_window_is_refused(clinic):
    booked = visit(clinic, ALICE, THURSDAY)
    clinic.clock.set("2026-03-08T18:00Z")

    with refused(InvalidInput, "closed"):
        answer(clinic, booked, CheckInKind.AFTER_24H, (1, 1, 1))


def test_a_check_in_that_never_was_is_not_found(clinic):
    with clinic.unit_of_work() as uow, pytest.raises(NotFound):
        check_ins.get(uow, new_id())


def test_a_booking_has_a_place_for_the_numbers_before_it_and_no_text_asks(clinic):
    booked = clinic.booked(ALICE, at=THURSDAY)

    assert set(clinic.check_ins(booked)) == {CheckInKind.BASELINE}
    assert Kind.CHECK_IN not in clinic.kinds()


def test_the_history_pairs_the_numbers_of_each_session_with_its_gaps(clinic):
    visit(clinic, ALICE, "2026-03-05T17:00Z", before=(6, 6, 6), after=(4, 5, 6))
    clinic.clock.set("2026-03-07T17:00Z")
    visit(clinic, ALICE, "2026-03-09T17:00Z", before=(5, 5, 5))
    clinic.clock.set("2026-03-12T17:00Z")
    visit(clinic, ALICE, "2026-03-13T17:00Z")
    visit(clinic, CARMEN, "2026-03-16T17:00Z", before=(1, 1, 1), after=(0, 0, 0))

    with clinic.read_only() as uow:
        trend = check_ins.history(uow, clinic.patient(ALICE).id)

    assert [(one.before, one.after) for one in trend.sessions] == [
        (Scores(6, 6, 6), Scores(4, 5, 6)),
        (Scores(5, 5, 5), None),
        (None, None),
    ]


def test_a_mailed_question_brings_a_link_to_the_page(clinic):
    visit(clinic, EMMA, THURSDAY)
    clinic.send_all("2026-03-06T18:00Z")

    assert "https://book.example.org/c/" in clinic.email.to(EMMA)[-1].text
    assert clinic.all(OpenQuestion) == []


def test_a_check_in_of_a_session_at_night_is_asked_in_the_morning(clinic):
    booked = visit(clinic, ALICE, "2026-03-05T21:00Z")

    asked = clinic.messages(kind=Kind.CHECK_IN, about=booked)

    assert stamp(asked[0].due_at) == "2026-03-06T22:00Z"
    assert asked[1].due_at == utc("2026-03-07T18:00Z")
