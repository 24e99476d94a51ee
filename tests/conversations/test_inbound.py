"""Texts from patients: opt-out first, then the open question, and a person where in doubt."""

from datetime import timedelta

import pytest

from booking.checkins.models import Answer
from booking.checkins.rules.scores import CheckInKind
from booking.conversations import inbound as replies
from booking.conversations.context import ANSWERS_PER_HOUR
from booking.messaging import inbound_queries
from booking.messaging.kinds import Kind
from booking.scheduling.states import State
from tests.build.cast import ALICE, CARMEN, DORA, STRANGERS_PHONE
from tests.build.conversation import SESSION, answered
from tests.build.times import utc


def test_c_confirms_and_is_thanked(clinic, told):
    clinic.text_from(ALICE, "C")
    clinic.send_due()

    assert clinic.state(told) is State.CONFIRMED
    assert "thank you, see you Wed 11 Mar" in clinic.sms.to(ALICE)[-1]


def test_r_brings_the_link_that_moves_it_and_moves_nothing_by_itself(clinic, told):
    clinic.text_from(ALICE, "r")
    clinic.send_due()

    assert clinic.reload(told).starts_at == utc(SESSION)
    assert "choose another time here: https://book.example.org/a/" in clinic.sms.to(ALICE)[-1]


def test_three_numbers_are_kept_and_thanked_for(clinic, asked):
    clinic.text_from(ALICE, "4 6 3")
    clinic.send_due()

    assert clinic.scores(asked, CheckInKind.AFTER_24H) == (4, 6, 3)
    assert "thank you, we have your numbers" in clinic.sms.to(ALICE)[-1]


def test_numbers_with_words_are_kept_and_the_words_are_for_a_person(clinic, asked):
    clinic.text_from(ALICE, "4 6 3 but my sister visits on Friday")

    assert clinic.scores(asked, CheckInKind.AFTER_24H) == (4, 6, 3)
    assert clinic.inbound()[-1].needs_person


def test_a_correction_within_the_hour_replaces_and_keeps_the_first(clinic, asked):
    clinic.text_from(ALICE, "4 6 3")
    clinic.clock.pass_(minutes=59)

    clinic.text_from(ALICE, "4 7 3")

    assert clinic.scores(asked, CheckInKind.AFTER_24H) == (4, 7, 3)
    assert len(clinic.all(Answer)) == 2


def test_numbers_after_the_hour_are_for_a_person_and_change_nothing(clinic, asked):
    clinic.text_from(ALICE, "4 6 3")
    clinic.clock.pass_(minutes=61)

    clinic.text_from(ALICE, "9 9 9")

    assert clinic.scores(asked, CheckInKind.AFTER_24H) == (4, 6, 3)
    assert clinic.inbound()[-1].needs_person


def test_numbers_after_the_window_are_for_a_person(clinic, asked):
    clinic.clock.set(clinic.check_ins(asked)[CheckInKind.AFTER_24H].closes_at)

    clinic.text_from(ALICE, "4 6 3")

    assert clinic.scores(asked, CheckInKind.AFTER_24H) is None
    assert clinic.inbound()[-1].needs_person


def test_numbers_nobody_asked_for_are_kept_for_a_person(clinic, told):
    clinic.text_from(ALICE, "4 6 3")

    assert clinic.all(Answer) == []
    assert clinic.inbound()[-1].needs_person


def test_unclear_numbers_are_asked_about_once_and_then_read_by_a_person(clinic, asked):
    for minute in range(3):
        clinic.text_from(ALICE, "463")
        clinic.clock.pass_(minutes=1 + minute)

    assert answered(clinic)[-2:] == [Kind.CHECK_IN_UNCLEAR, Kind.NEUTRAL_ANSWER]
    assert [one.needs_person for one in clinic.inbound()] == [False, True, True]
    assert clinic.scores(asked, CheckInKind.AFTER_24H) is None


def test_clear_numbers_after_unclear_ones_count(clinic, asked):
    clinic.text_from(ALICE, "463")
    clinic.text_from(ALICE, "4 6 3")

    assert clinic.scores(asked, CheckInKind.AFTER_24H) == (4, 6, 3)


def test_help_is_answered_to_anybody_with_the_emergency_number(clinic):
    clinic.text_from(STRANGERS_PHONE, "help")
    clinic.send_due()

    [text] = clinic.sms.to(STRANGERS_PHONE)
    assert "911" in text
    assert "+1 212 555 0100" in text


def test_words_are_for_a_person_and_are_answered_in_general_terms_once_a_day(clinic, told):
    clinic.text_from(ALICE, "Is there parking?")
    clinic.text_from(ALICE, "And a lift?")
    clinic.clock.pass_(days=1)
    clinic.text_from(ALICE, "Hello?")

    assert [one.needs_person for one in clinic.inbound()] == [True, True, True]
    assert answered(clinic).count(Kind.NEUTRAL_ANSWER) == 2


def test_an_unknown_number_gets_the_very_words_a_known_one_gets(clinic, told):
    clinic.text_from(ALICE, "Is there parking?")
    clinic.text_from(STRANGERS_PHONE, "Is there parking?")
    clinic.send_due()

    known, unknown = clinic.sms.to(ALICE)[-1], clinic.sms.to(STRANGERS_PHONE)[-1]
    assert known.rpartition("#")[0] == unknown.rpartition("#")[0] != ""


@pytest.mark.parametrize("body", ["C", "R", "4 6 3", "463", "yes", "hola"])
def test_an_unknown_number_learns_nothing_whatever_it_sends(clinic, told, body):
    clinic.text_from(STRANGERS_PHONE, body)

    assert clinic.kinds(to=STRANGERS_PHONE) == [Kind.NEUTRAL_ANSWER]
    assert clinic.inbound()[-1].patient_id is None
    assert clinic.state(told) is State.BOOKED


def test_two_machines_that_answer_each_other_fall_silent(clinic, told):
    for _ in range(3 * ANSWERS_PER_HOUR):
        clinic.text_from(ALICE, "R")
        clinic.clock.pass_(seconds=30)
    clinic.send_due()

    hour = [one for one in clinic.messages() if one.kind is Kind.MOVE_LINK]
    assert len(hour) <= ANSWERS_PER_HOUR
    assert clinic.inbound()[-1].needs_person


def test_one_text_handed_over_again_has_no_second_effect(clinic, told):
    assert clinic.text_from(ALICE, "R", sid="SM" + "a" * 32)
    assert not clinic.text_from(ALICE, "R", sid="SM" + "a" * 32)

    assert len(clinic.inbound()) == 1
    assert len(clinic.messages(kind=Kind.MOVE_LINK)) == 1


def test_a_reply_that_comes_when_the_session_has_begun_confirms_nothing(clinic, told):
    clinic.clock.set(SESSION)

    clinic.text_from(ALICE, "C")

    assert clinic.state(told) is State.BOOKED
    assert clinic.inbound()[-1].needs_person


def test_a_c_to_a_request_waits_for_a_person(clinic):
    requested = clinic.booked(ALICE, at=SESSION, anticoagulant="warfarin")
    clinic.send_due()

    clinic.text_from(ALICE, "C")

    assert clinic.state(requested) is State.REQUESTED
    assert clinic.inbound()[-1].needs_person


def test_a_reply_to_the_text_of_a_move_is_about_the_new_time(clinic, told):
    clinic.move(told, "2026-03-12T17:00Z")
    clinic.lets_it_settle()
    clinic.send_due()

    clinic.text_from(ALICE, "C")
    clinic.send_due()

    assert clinic.state(told) is State.CONFIRMED
    assert "Thu 12 Mar" in clinic.sms.to(ALICE)[-1]


def test_a_discreet_patient_was_asked_nothing_so_a_c_is_for_a_person(clinic):
    booked = clinic.booked(DORA, at=SESSION)
    clinic.send_due()

    clinic.text_from(DORA, "C")

    assert clinic.state(booked) is State.BOOKED
    assert clinic.inbound()[-1].needs_person


def test_answers_are_in_the_patients_language(clinic):
    clinic.booked(CARMEN, at=SESSION)
    clinic.send_due()

    clinic.text_from(CARMEN, "C")
    clinic.send_due()

    assert "gracias" in clinic.sms.to(CARMEN)[-1].casefold()


@pytest.mark.parametrize("body", ["", " ", "\x00", "🦋", "A" * 1600, "0" * 1600, "%s{}{{ 7*7 }}"])
def test_whatever_is_sent_is_kept_and_breaks_nothing(clinic, told, body):
    if body == "\x00":
        body = "\u0000".replace("\x00", "\u2400")

    assert clinic.text_from(ALICE, body)

    assert clinic.inbound()[-1].body == body


def test_a_text_that_breaks_something_every_time_ends_with_a_person(clinic):
    inbound = replies.Inbound("SM" + "b" * 32, ALICE.phone, "+15005550006", "hello")
    with clinic.unit_of_work() as uow:
        replies.store_inbound(uow, inbound)

    tries = 0
    while True:
        with clinic.unit_of_work() as uow:
            if not replies.count_attempt(uow, inbound.sid):
                break
        tries += 1  # and each time, handling it fails

    assert tries == replies.ATTEMPTS
    [text] = clinic.inbound()
    assert text.needs_person
    assert text.handled_at == clinic.now


def test_a_text_that_was_kept_but_not_acted_on_is_found_again(clinic, told):
    inbound = replies.Inbound("SM" + "c" * 32, ALICE.phone, "+15005550006", "C")
    with clinic.unit_of_work() as uow:
        replies.store_inbound(uow, inbound)
    clinic.clock.pass_(seconds=30)

    with clinic.reading() as session:
        found = inbound_queries.waiting_since(session, clinic.now - timedelta(seconds=10), 50)
    assert list(found) == [inbound.sid]

    with clinic.unit_of_work() as uow:
        assert replies.process(uow, inbound.sid, clinic.runtime.subjects)
    with clinic.unit_of_work() as uow:
        assert not replies.process(uow, inbound.sid, clinic.runtime.subjects)
    assert clinic.state(told) is State.CONFIRMED
