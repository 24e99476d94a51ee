"""Questions that a phone never saw: no reply is an answer to one."""

from booking.checkins.rules.scores import CheckInKind
from booking.messaging import delivery
from booking.messaging.kinds import Channel, Kind
from booking.scheduling.states import State
from tests.build.cast import ALICE, ALICES_PHONE, BOB, CORA, DANA, THEO

ALICES, BOBS = "2026-03-11T17:00Z", "2026-03-12T18:00Z"


def test_on_a_shared_phone_a_letter_is_no_answer_to_a_text_that_never_left(clinic):
    alices = clinic.booked(ALICE, with_=DANA, at=ALICES)
    clinic.send_due()
    clinic.cancel(alices, by=CORA)
    bobs = clinic.booked(BOB, with_=THEO, at=BOBS)
    begin_and_die(clinic, clinic.message(kind=Kind.CONFIRMATION, channel=Channel.SMS, about=bobs))

    clinic.text_from(ALICES_PHONE, "C")

    [inbound] = clinic.inbound()
    assert clinic.state(bobs) is State.BOOKED
    assert (inbound.patient_id, inbound.needs_person) == (None, True)


def test_on_a_phone_of_ones_own_a_letter_is_an_answer_though_the_call_was_not(clinic):
    bobs = clinic.booked(BOB, with_=THEO, at=BOBS)
    begin_and_die(clinic, clinic.message(kind=Kind.CONFIRMATION, channel=Channel.SMS))

    clinic.text_from(ALICES_PHONE, "C")

    assert clinic.state(bobs) is State.CONFIRMED


def begin_and_die(clinic, text):
    """Pass the point of no return with a text, and nothing more."""
    claimant = delivery.Worker("dead", clinic.runtime.policies.delivery.lease)
    runtime = clinic.runtime
    with clinic.unit_of_work() as uow:
        delivery.claim_texts(uow, claimant, rate=100.0)
    with clinic.unit_of_work() as uow:
        delivery.begin_sending(
            uow, [text.id], claimant.owner, subjects=runtime.subjects, texts=runtime.texts
        )


def test_numbers_are_no_correction_of_an_answer_that_was_never_given(clinic):
    booked = clinic.finished(ALICE)
    clinic.send_all("2026-03-06T20:00Z")
    clinic.report(clinic.message(kind=Kind.CHECK_IN, state="accepted"), "undelivered", 30007)

    clinic.text_from(ALICE, "4 6 3")

    assert clinic.scores(booked, CheckInKind.AFTER_24H) is None
    assert clinic.inbound()[-1].needs_person
