"""Queries that promise something of their own: order, locks, the last word, the same row."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from booking.conversations import queries
from booking.kit.ids import new_id
from booking.kit.upsert import insert_or_ignore
from booking.messaging import opt_out_queries
from booking.messaging import question_queries as question_store
from booking.messaging import sender_queries as sender_store
from booking.messaging.inbound_models import OpenQuestion
from booking.messaging.kinds import Topic
from booking.messaging.models import OptOut, Sender
from booking.patients import queries as patient_store
from booking.patients.consent import ConsentKind
from booking.patients.models import Consent, Patient
from booking.patients.service import change_text_consent
from booking.scheduling import queries as appointment_store
from tests.build.cast import ALICE, ALICES_PHONE, BOB, CARMEN, DANA, EMMA, THEO

SENDER = "+15005550006"


def stop(clinic, phone):
    with clinic.transaction() as session:
        return opt_out_queries.opt_out(session, phone, SENDER, source="text", now=clinic.now)


def may_text(clinic, patient):
    with clinic.reading() as session:
        return opt_out_queries.may_text(session, clinic.patient(patient), SENDER)


def test_inserting_the_same_again_is_told_and_changes_nothing(clinic):
    assert stop(clinic, ALICES_PHONE)
    first = clinic.all(OptOut)[0].opted_out_at
    clinic.clock.pass_(hours=1)

    assert not stop(clinic, ALICES_PHONE)
    assert clinic.all(OptOut)[0].opted_out_at == first


def test_only_the_named_columns_are_let_pass_other_conflicts_are_errors(clinic):
    clinic.booked(ALICE)
    values = {
        "id": clinic.patient(ALICE).id,
        "match_key": "another",
        "name": "x",
        "phone": "x",
        "email": "x",
        "zone": "UTC",
        "language": "en",
        "wants_optional_reminder": False,
        "discreet": False,
        "created_at": clinic.now,
    }

    with clinic.reading() as session, pytest.raises(IntegrityError):
        insert_or_ignore(session, Patient, values, ["match_key"])


def test_a_patient_may_be_texted_only_while_their_last_word_is_yes(clinic):
    clinic.booked(ALICE, at="2026-03-05T14:00Z")
    clinic.booked(EMMA, at="2026-03-06T14:00Z")
    assert may_text(clinic, ALICE)
    assert not may_text(clinic, EMMA)

    clinic.clock.pass_(minutes=1)
    with clinic.unit_of_work() as uow:
        change_text_consent(uow, ALICE.phone, given=False, words="stop", source="text")
    assert not may_text(clinic, ALICE)


def test_a_phone_that_stopped_texts_stops_them_for_everybody_on_it(clinic):
    clinic.booked(ALICE, with_=DANA)
    clinic.booked(BOB, with_=THEO, at="2026-03-06T18:00Z")

    stop(clinic, ALICES_PHONE)

    assert not may_text(clinic, ALICE)
    assert not may_text(clinic, BOB)


def test_asking_for_texts_again_counts_only_for_those_who_had_agreed(clinic):
    clinic.booked(EMMA)
    with clinic.unit_of_work() as uow:
        change_text_consent(uow, EMMA.phone, given=True, words="start", source="text")

    given = clinic.all(Consent, Consent.kind == ConsentKind.SMS)
    assert [one.given for one in given] == [False]


@pytest.mark.parametrize(
    ("name", "phone", "email"),
    [
        ("alice   EXAMPLE", ALICE.phone, "ALICE@example.org"),
        (" Alice Example ", ALICE.phone, "alice@EXAMPLE.org"),
    ],
)
def test_the_same_person_has_the_same_key_however_it_is_typed(name, phone, email):
    wanted = patient_store.match_key(ALICE.name, ALICE.phone, ALICE.email)

    assert patient_store.match_key(name, phone, email) == wanted


@pytest.mark.parametrize("other", [BOB, CARMEN])
def test_another_person_has_another_key(other):
    keys = {patient_store.match_key(one.name, one.phone, one.email) for one in (ALICE, other)}

    assert len(keys) == 2


def question(booked, message_id, clinic, topic=Topic.ATTENDANCE):
    return OpenQuestion(
        phone=ALICES_PHONE,
        topic=topic,
        patient_id=booked.patient_id,
        appointment_id=booked.id,
        message_id=message_id,
        asked_at=clinic.now,
        expires_at=clinic.now + timedelta(hours=1),
    )


@pytest.fixture
def both(clinic):
    """An appointment of ALICE's and one of BOB's, each with a message."""
    booked = [
        clinic.booked(ALICE, with_=DANA),
        clinic.booked(BOB, with_=THEO, at="2026-03-06T18:00Z"),
    ]
    return [(one, clinic.messages(about=one)[0].id) for one in booked]


def ask(clinic, *questions):
    with clinic.transaction() as session:
        return question_store.open_questions(session, questions, clinic.now)


def test_a_phone_has_one_open_question_of_a_topic(clinic, both):
    (alices, first), (bobs, second) = both

    assert ask(clinic, question(alices, first, clinic)) == {first}
    assert ask(clinic, question(bobs, second, clinic)) == set()
    assert ask(clinic, question(bobs, second, clinic, Topic.SCORES)) == {second}


def test_two_questions_asked_at_once_open_the_first_only(clinic, both):
    (alices, first), (bobs, second) = both

    opened = ask(clinic, question(alices, first, clinic), question(bobs, second, clinic))

    assert opened == {first}


def test_a_question_whose_time_is_over_makes_way(clinic, both):
    (alices, first), (bobs, second) = both
    ask(clinic, question(alices, first, clinic))
    clinic.clock.pass_(hours=1)

    assert ask(clinic, question(bobs, second, clinic)) == {second}


def test_the_same_appointments_newer_question_replaces_its_older_one(clinic, both):
    (alices, first), (_, second) = both
    ask(clinic, question(alices, first, clinic))

    assert ask(clinic, question(alices, second, clinic)) == {second}
    with clinic.reading() as session:
        found = queries.open_question(
            session, ALICES_PHONE, Topic.ATTENDANCE, asked_by=clinic.now, now=clinic.now
        )
    assert found.message_id == second


def test_a_question_is_open_from_when_it_was_asked_until_its_end(clinic, both):
    (alices, first), _ = both
    ask(clinic, question(alices, first, clinic))

    def is_open(at):
        with clinic.reading() as session:
            return bool(
                queries.open_question(session, ALICES_PHONE, Topic.ATTENDANCE, asked_by=at, now=at)
            )

    assert not is_open(clinic.now - timedelta(seconds=1))
    assert is_open(clinic.now)
    assert not is_open(clinic.now + timedelta(hours=1))


def test_a_sender_stopped_twice_keeps_the_first_reason_until_somebody_mends_it(clinic):
    with clinic.transaction() as session:
        sender_store.stop(session, SENDER, 20003, clinic.now)
    clinic.clock.pass_(minutes=1)
    with clinic.transaction() as session:
        sender_store.stop(session, SENDER, 30034, clinic.now)

    [sender] = clinic.all(Sender)
    assert sender.error_code == 20003
    with clinic.transaction() as session:
        sender_store.resume(session, SENDER, clinic.now)
        assert not sender_store.is_stopped(session, SENDER)


def test_an_appointment_that_is_not_there_is_none(clinic):
    with clinic.reading() as session:
        assert appointment_store.get(session, new_id()) is None
        assert appointment_store.get_for_update(session, new_id()) is None
