"""A plain yes, a tapback, and what confirms nothing."""

import pytest

from booking.messaging.handover import Handover
from booking.messaging.inbound_models import OpenQuestion
from booking.messaging.kinds import Kind
from booking.scheduling.states import State
from tests.build.cast import ALICE, ALICES_PHONE, BOB, DANA, THEO

SESSION = "2026-03-11T17:00Z"
AFTER_REMINDER = "2026-03-09T20:00Z"


@pytest.fixture
def reminded_of(clinic):
    """ALICE's appointment, of which she has just been reminded: reply C to confirm."""
    booked = clinic.booked(ALICE, at=SESSION)
    clinic.send_all(AFTER_REMINDER)
    assert "Reply C to confirm" in clinic.sms.to(ALICE)[-1]
    return booked


@pytest.mark.parametrize("body", ["Yes", "y", "ok", "👍", "See you then", "sí", "vale", "comfirm"])
def test_a_plain_yes_to_the_one_reminder_that_asks_confirms(clinic, reminded_of, body):
    clinic.text_from(ALICE, body)

    assert clinic.state(reminded_of) is State.CONFIRMED
    assert Kind.CONFIRMED in clinic.kinds()
    assert not clinic.inbound()[-1].needs_person


@pytest.mark.parametrize("body", ["C?", "confirm?", "ok?", "ok but can I come at 5", "no"])
def test_what_asks_or_says_more_confirms_nothing(clinic, reminded_of, body):
    clinic.text_from(ALICE, body)

    assert clinic.state(reminded_of) is State.BOOKED
    assert clinic.inbound()[-1].needs_person


def test_a_plain_yes_to_a_text_that_asks_for_no_c_is_for_a_person(clinic):
    booked = clinic.booked(ALICE, at=SESSION)
    clinic.send_due()
    assert "Reply C" not in clinic.sms.to(ALICE)[-1]

    clinic.text_from(ALICE, "ok")

    assert clinic.state(booked) is State.BOOKED
    assert clinic.inbound()[-1].needs_person


def test_a_plain_yes_while_numbers_are_asked_for_as_well_is_for_a_person(clinic):
    done = clinic.booked(ALICE, at="2026-03-05T17:00Z")
    ahead = clinic.booked(ALICE, at="2026-03-08T17:00Z")
    clinic.clock.set(done.ends_at)
    clinic.finish(done)
    clinic.send_all("2026-03-06T20:00Z")
    assert len(clinic.all(OpenQuestion, OpenQuestion.closed_at.is_(None))) == 2

    clinic.text_from(ALICE, "yes")

    assert clinic.state(ahead) is State.BOOKED
    assert clinic.inbound()[-1].needs_person


def test_a_plain_yes_from_a_shared_phone_is_for_a_person(clinic):
    alices = clinic.booked(ALICE, with_=DANA, at=SESSION)
    clinic.booked(BOB, with_=THEO, at="2026-03-12T18:00Z")
    clinic.send_all(AFTER_REMINDER)

    clinic.text_from(ALICES_PHONE, "ok")

    assert clinic.state(alices) is State.BOOKED
    assert clinic.inbound()[-1].needs_person


def test_a_tapback_on_the_open_question_goes_to_a_person_and_confirms_nothing(clinic, reminded_of):
    before = clinic.kinds()

    clinic.text_from(ALICE, f"Liked “{clinic.sms.to(ALICE)[-1]}”")

    text = clinic.inbound()[-1]
    assert (text.needs_person, text.reason) == (True, Handover.TAPBACK)
    assert clinic.state(reminded_of) is State.BOOKED
    assert clinic.kinds() == before


def test_a_tapback_on_what_asks_nothing_any_more_goes_to_nobody(clinic, reminded_of):
    reminder = clinic.sms.to(ALICE)[-1]
    clinic.text_from(ALICE, "C")

    clinic.clock.set(SESSION)
    clinic.text_from(ALICE, f"Liked “{reminder}”")

    assert not clinic.inbound()[-1].needs_person
