"""Two patients on one phone: no reply is ever taken for the other's."""

import pytest

from booking.checkins.rules.scores import CheckInKind
from booking.messaging.kinds import Kind
from booking.messaging.message import MessageState
from booking.patients.consent import ConsentKind
from booking.patients.models import Consent
from booking.scheduling.states import State
from tests.build.cast import ALICE, ALICES_PHONE, BOB, DANA, THEO

ALICES, BOBS = "2026-03-11T17:00Z", "2026-03-12T18:00Z"


@pytest.fixture
def both(clinic):
    """An appointment of each; ALICE's confirmation left first, and asks."""
    alices = clinic.booked(ALICE, with_=DANA, at=ALICES)
    clinic.send_due()
    clinic.clock.pass_(minutes=1)
    bobs = clinic.booked(BOB, with_=THEO, at=BOBS)
    clinic.send_due()
    return alices, bobs


@pytest.fixture
def both_asked(clinic):
    """A session of each is over; ALICE was asked first, BOB two hours later."""
    alices = clinic.booked(ALICE, with_=DANA, at="2026-03-05T17:00Z")
    bobs = clinic.booked(BOB, with_=THEO, at="2026-03-05T19:00Z")
    for one in (alices, bobs):
        clinic.clock.set(one.ends_at)
        clinic.finish(one)
    clinic.send_all("2026-03-06T20:00Z")
    return alices, bobs


def test_a_letter_answers_the_one_question_that_is_open(clinic, both):
    alices, bobs = both

    clinic.text_from(ALICES_PHONE, "C")

    assert clinic.state(alices) is State.CONFIRMED
    assert clinic.state(bobs) is State.BOOKED


def test_the_second_patient_is_not_asked_while_the_first_is_and_has_a_link(clinic, both):
    first, second = clinic.sms.to(ALICES_PHONE)

    assert "Reply R" in first
    assert "Reply" not in second
    assert "https://" in second


def test_the_answer_and_its_thanks_speak_of_the_first_patients_session_only(clinic, both):
    clinic.text_from(ALICES_PHONE, "C")
    clinic.send_due()

    thanks = clinic.sms.to(ALICES_PHONE)[-1]
    assert "Wed 11 Mar" in thanks
    assert "12 Mar" not in thanks


def test_three_numbers_go_to_whom_the_question_was_about(clinic, both_asked):
    alices, bobs = both_asked

    clinic.text_from(ALICES_PHONE, "4 6 3")

    assert clinic.scores(alices, CheckInKind.AFTER_24H) == (4, 6, 3)
    assert clinic.scores(bobs, CheckInKind.AFTER_24H) is None
    assert clinic.inbound()[-1].patient_id == alices.patient_id


def test_the_second_patients_numbers_are_never_guessed_from_a_second_text(clinic, both_asked):
    alices, bobs = both_asked
    clinic.text_from(ALICES_PHONE, "4 6 3")
    clinic.clock.pass_(hours=2)

    clinic.text_from(ALICES_PHONE, "8 8 8")

    assert clinic.scores(alices, CheckInKind.AFTER_24H) == (4, 6, 3)
    assert clinic.scores(bobs, CheckInKind.AFTER_24H) is None
    assert clinic.inbound()[-1].needs_person


def test_words_from_a_shared_phone_name_neither(clinic):
    clinic.booked(ALICE, with_=DANA, at=ALICES)
    clinic.booked(BOB, with_=THEO, at=BOBS)

    clinic.text_from(ALICES_PHONE, "Is there parking?")

    [text] = clinic.inbound()
    assert text.patient_id is None
    assert text.needs_person


def test_an_opt_out_is_the_phones_and_so_everybodys_on_it(clinic, both):
    clinic.text_from(ALICES_PHONE, "STOP")

    refused = clinic.all(Consent, Consent.kind == ConsentKind.SMS, Consent.given.is_(False))
    assert {one.patient_id for one in refused} == {one.patient_id for one in both}
    clinic.sms.sent.clear()
    clinic.send_all("2026-03-13T12:00Z")
    assert clinic.kinds(to=ALICES_PHONE, state=MessageState.PENDING) == []
    assert [one.body for one in clinic.sms.sent if "session is" in one.body] == []
    assert len(clinic.messages(kind=Kind.REMINDER, to=ALICE.email)) == 2
    assert len(clinic.messages(kind=Kind.REMINDER, to=BOB.email)) == 2


def test_a_cancelled_session_of_one_leaves_the_others_alone(clinic, both):
    alices, bobs = both

    clinic.cancel(alices)

    assert clinic.state(bobs) is State.BOOKED
    assert len(clinic.reminders(bobs)) == 2


def test_once_the_first_question_is_over_the_second_patient_is_asked(clinic, both):
    alices, bobs = both
    clinic.cancel(alices)
    clinic.send_all("2026-03-09T19:00Z")

    clinic.text_from(ALICES_PHONE, "C")

    assert clinic.state(bobs) is State.CONFIRMED
    assert clinic.state(alices) is State.CANCELLED
