"""The ledger: every message of an appointment, and the texts that wait for a person."""

import pytest

from booking.conversations import inbox
from booking.conversations import waiting as ledger
from booking.desk import message_log, message_log_queries
from booking.kit.errors import NotFound
from booking.messaging.kinds import Kind
from tests.build.cast import ALICE, BOB, CARMEN, CORA, DANA, EMMA, STRANGERS_PHONE, THEO


def of(clinic, booked):
    with clinic.read_only() as uow:
        return message_log_queries.of_appointment(uow.session, booked.id)


def waiting(clinic, therapist=None):
    with clinic.read_only(clinic.staff(therapist)) as uow:
        found = [text.body for text in ledger.waiting_for_person(uow)]
        assert ledger.count_waiting(uow) == len(found)
        return found


def test_an_appointments_messages_are_listed_as_they_are_due_and_no_others(clinic):
    booked = clinic.booked(ALICE)
    clinic.booked(CARMEN, at="2026-03-05T16:00Z")

    found = of(clinic, booked)

    assert {message.appointment_id for message in found} == {booked.id}
    assert [m.due_at for m in found] == sorted(m.due_at for m in found)
    assert Kind.CONFIRMATION in {message.kind for message in found}
    assert Kind.REMINDER in {message.kind for message in found}


def test_messages_of_its_check_ins_belong_to_an_appointment(clinic):
    done = clinic.finished(ALICE)

    assert Kind.CHECK_IN in {message.kind for message in of(clinic, done)}


def test_messages_that_were_called_off_stay_in_the_ledger(clinic):
    booked = clinic.booked(ALICE)
    before = {message.id for message in of(clinic, booked)}

    clinic.cancel(booked)

    assert before < {message.id for message in of(clinic, booked)}


def test_every_message_has_its_history_in_order(clinic):
    booked = clinic.booked(ALICE)
    clinic.send_due()

    with clinic.read_only() as uow:
        messages = message_log_queries.of_appointment(uow.session, booked.id)
        history = message_log.events_of(uow, messages)

    assert set(history) == {message.id for message in messages}
    for message in messages:
        steps = history[message.id]
        assert [step.id for step in steps] == sorted(step.id for step in steps)
        assert {step.message_id for step in steps} <= {message.id}
        assert not steps or steps[-1].state is message.state


def test_texts_that_need_a_person_wait_oldest_first(clinic):
    clinic.booked(CARMEN)
    clinic.text_from(CARMEN, "Is there parking?")
    clinic.clock.pass_(minutes=1)
    clinic.text_from(STRANGERS_PHONE, "Who is this?")

    assert waiting(clinic) == ["Is there parking?", "Who is this?"]


def test_therapists_get_the_texts_of_their_patients_only(clinic):
    clinic.booked(CARMEN, with_=DANA)
    clinic.text_from(CARMEN, "Is there parking?")
    clinic.text_from(STRANGERS_PHONE, "Who is this?")

    assert waiting(clinic, DANA) == ["Is there parking?"]
    assert waiting(clinic, THEO) == []


def test_a_text_that_was_read_waits_no_more_and_names_the_first_reader(clinic):
    clinic.booked(CARMEN)
    clinic.text_from(CARMEN, "Is there parking?")
    [text] = clinic.inbound()

    with clinic.unit_of_work(clinic.staff()) as uow:
        inbox.mark_done(uow, text.sid)

    assert waiting(clinic) == []
    [text] = clinic.inbound()
    assert text.read_by == CORA.id


def test_a_therapist_cannot_mark_the_text_of_anothers_patient(clinic):
    clinic.booked(CARMEN, with_=DANA)
    clinic.text_from(CARMEN, "Is there parking?")
    [text] = clinic.inbound()

    with clinic.unit_of_work(clinic.staff(THEO)) as uow, pytest.raises(NotFound):
        inbox.mark_done(uow, text.sid)

    assert waiting(clinic) == ["Is there parking?"]


def test_texts_that_wait_are_listed_with_their_writers_as_far_as_they_are_known(clinic):
    clinic.booked(EMMA)
    clinic.text_from(EMMA, "First")
    clinic.clock.pass_(minutes=1)
    clinic.text_from(EMMA, "Second")
    clinic.text_from(STRANGERS_PHONE, "Who is this?")

    with clinic.read_only(clinic.staff()) as uow:
        texts = ledger.waiting_for_person(uow)
        writers = ledger.writers(uow, texts)

    assert [text.body for text in texts] == ["First", "Second", "Who is this?"]
    assert [patient.name for patient in writers.values()] == [EMMA.name]


def test_a_text_from_a_shared_phone_names_neither_of_those_who_share_it(clinic):
    clinic.booked(ALICE, with_=DANA)
    clinic.booked(BOB, with_=THEO, at="2026-03-06T18:00Z")
    clinic.text_from(ALICE, "Is there parking?")

    assert waiting(clinic) == ["Is there parking?"]
    assert waiting(clinic, DANA) == waiting(clinic, THEO) == []
