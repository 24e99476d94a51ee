"""A patient's own words in the intake: signs of danger in them are never only filed."""

import pytest

from booking.domain.message import Kind
from booking.domain.redflags import Tier
from tests.build.cast import ALICE


def test_a_crisis_in_the_patients_own_words_is_raised_and_answered_at_once(clinic):
    clinic.calls_at_night("on-call@example.org")

    booked = clinic.booked(ALICE, note="Some days I want to kill myself")

    [alert] = clinic.alerts()
    assert (alert.tier, alert.appointment_id) == (Tier.CRISIS, booked.id)
    assert [one.recipient for one in clinic.messages(kind=Kind.CRISIS)] == [ALICE.phone]
    assert len(clinic.messages(kind=Kind.ON_CALL_ALERT)) == 1


@pytest.mark.parametrize("words", ["I had a blood clot in 2019", "chest pain", "no chest pain"])
def test_other_signs_in_the_patients_own_words_are_for_a_person_to_read(clinic, words):
    clinic.calls_at_night("on-call@example.org")

    clinic.booked(ALICE, diagnosis_text=words, medicines="prednisone")

    assert [one.tier for one in clinic.alerts()] == [Tier.REVIEW]
    assert clinic.messages(kind=Kind.EMERGENCY) == clinic.messages(kind=Kind.ON_CALL_ALERT) == []


def test_ordinary_words_in_an_intake_raise_nothing(clinic):
    clinic.booked(ALICE, note="Please keep the room warm", medicines="hydroxychloroquine")

    assert clinic.alerts() == []
