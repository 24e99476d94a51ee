"""A patient's own words in the intake: signs of danger in them are never only filed."""

from dataclasses import replace

import pytest

from booking.messaging.kinds import Kind
from booking.safety.rules.red_flags import Tier
from tests.build.cast import ALICE, EMMA

CRISIS = "Some days I want to kill myself"


@pytest.mark.parametrize("patient", [ALICE, EMMA], ids=["agrees to texts", "does not"])
def test_a_crisis_in_an_intake_is_raised_and_texts_no_number_that_has_shown_nothing(
    clinic, patient
):
    clinic.calls_at_night("on-call@example.org")

    booked = clinic.booked(patient, note=CRISIS)

    [alert] = clinic.alerts()
    assert (alert.tier, alert.appointment_id) == (Tier.CRISIS, booked.id)
    assert clinic.messages(kind=Kind.CRISIS) == []
    assert len(clinic.messages(kind=Kind.ON_CALL_ALERT)) == 1


def test_a_phone_that_texted_us_is_answered_by_text_too_once_a_day(clinic):
    clinic.text_from(ALICE, "hello")

    for day in (10, 11, 12):
        clinic.booked(ALICE, at=f"2026-03-{day}T17:00Z", note=CRISIS)
        clinic.clock.pass_(hours=2)
        clinic.send_due()

    assert len(clinic.alerts()) == 3
    assert [one.recipient for one in clinic.messages(kind=Kind.CRISIS)] == [ALICE.phone]

    clinic.clock.pass_(hours=22)
    clinic.booked(ALICE, at="2026-03-13T17:00Z", note=CRISIS)
    assert len(clinic.messages(kind=Kind.CRISIS)) == 2


def test_whoever_came_to_a_session_is_answered_by_text_too(clinic):
    clinic.finished(ALICE, at="2026-03-05T17:00Z")

    clinic.booked(ALICE, at="2026-03-12T17:00Z", note=CRISIS)

    assert len(clinic.messages(kind=Kind.CRISIS)) == 1


def test_a_phone_of_another_country_is_answered_on_the_page_alone(clinic):
    abroad = replace(ALICE, phone="+18765551234")
    clinic.text_from(abroad, "hello")

    clinic.booked(abroad, note=CRISIS)

    assert len(clinic.alerts()) == 1
    assert clinic.messages(kind=Kind.CRISIS) == []


@pytest.mark.parametrize("words", ["I had a blood clot in 2019", "chest pain", "no chest pain"])
def test_other_signs_in_the_patients_own_words_are_for_a_person_to_read(clinic, words):
    clinic.calls_at_night("on-call@example.org")

    clinic.booked(ALICE, diagnosis_text=words, medicines="prednisone")

    assert [one.tier for one in clinic.alerts()] == [Tier.REVIEW]
    assert clinic.messages(kind=Kind.EMERGENCY) == clinic.messages(kind=Kind.ON_CALL_ALERT) == []


def test_ordinary_words_in_an_intake_raise_nothing(clinic):
    clinic.booked(ALICE, note="Please keep the room warm", medicines="hydroxychloroquine")

    assert clinic.alerts() == []
