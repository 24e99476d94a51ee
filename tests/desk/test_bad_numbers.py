"""Phones that take no texts: told once each, until one arrives or somebody has seen to it."""

import pytest
from sqlalchemy import select

from booking.audit.models import AuditEvent
from booking.desk import bad_numbers as unreachable
from booking.kit.errors import NotFound
from booking.messaging.kinds import Channel, Kind
from booking.patients.models import Patient
from booking.web.staff.reason_words import error_words
from tests.build.cast import ALICE, BOB, CARMEN, CORA, DANA, ON_CALL_PHONE, THEO
from tests.build.reminder import reminder_of

LANDLINE = 30006


def told(clinic, therapist=None, phone=None):
    with clinic.read_only(clinic.staff(therapist)) as uow:
        if phone is None:
            return unreachable.unreachable(uow)
        those = uow.session.scalars(select(Patient.id).where(Patient.phone == phone)).all()
        return [one for patient_id in those for one in unreachable.of_patient(uow, patient_id)]


def see_to(clinic, message_id, therapist=None):
    with clinic.unit_of_work(clinic.staff(therapist)) as uow:
        unreachable.mark_seen(uow, message_id)


@pytest.fixture
def bounced(clinic, reminded):
    """ALICE's first reminder found her number to be a landline."""
    clinic.send_due()
    text = reminder_of(clinic, reminded)
    clinic.report(text, "undelivered", LANDLINE)
    return text


def test_a_number_that_a_text_found_bad_is_told_with_whose_it_is_and_why(clinic, bounced):
    [one] = told(clinic)

    assert (one.phone, one.message_id, one.at) == (ALICE.phone, bounced.id, clinic.now)
    assert error_words(one.error_code) == "The number is a landline or out of reach."
    assert [name for _, name in one.patients] == [ALICE.name]
    assert told(clinic, phone=ALICE.phone) == [one]
    assert told(clinic, phone=CARMEN.phone) == []


def test_a_second_text_to_it_makes_no_second_line(clinic, bounced):
    clinic.text_from(ALICE, "HELP")
    clinic.clock.pass_(minutes=1)
    clinic.sms.answers_with(error_code=21614)
    clinic.send_due()

    [one] = told(clinic)

    assert error_words(one.error_code) == "The number is not a mobile number."
    assert one.at == clinic.now


def test_it_is_told_no_more_once_a_text_arrives_again(clinic, bounced):
    clinic.clock.pass_(minutes=1)
    clinic.text_from(ALICE, "HELP")
    clinic.send_due()
    assert len(told(clinic)) == 1

    clinic.report(clinic.message(kind=Kind.HELP), "delivered")

    assert told(clinic) == []


def test_it_is_told_no_more_once_somebody_has_seen_to_it_until_the_next_one_fails(clinic, bounced):
    clinic.clock.pass_(minutes=1)
    see_to(clinic, bounced.id)
    assert told(clinic) == []
    with pytest.raises(NotFound):
        see_to(clinic, bounced.id)
    assert clinic.history(bounced).count("unreachable_seen") == 1
    [act] = clinic.all(AuditEvent, AuditEvent.action == "unreachable_seen")
    assert (act.actor, act.subject_id) == (f"user:{CORA.id}", bounced.id)

    clinic.clock.pass_(minutes=1)
    clinic.text_from(ALICE, "HELP")
    clinic.sms.answers_with(error_code=LANDLINE)
    clinic.send_due()

    assert len(told(clinic)) == 1


def test_a_therapist_is_told_of_their_own_patients_and_sees_to_no_others(clinic):
    clinic.booked(ALICE, with_=DANA)
    clinic.booked(BOB, with_=THEO, at="2026-03-12T17:00Z")
    clinic.sms.answers_with(error_code=LANDLINE, times=2)
    clinic.send_due()
    clinic.booked(CARMEN, with_=THEO, at="2026-03-13T17:00Z")
    clinic.sms.answers_with(error_code=LANDLINE)
    clinic.send_due()

    # ALICE and BOB share a phone; each therapist hears of their own patient alone.
    assert [name for one in told(clinic, DANA) for _, name in one.patients] == [ALICE.name]
    names = [[name for _, name in one.patients] for one in told(clinic, THEO)]
    assert names == [[CARMEN.name], [BOB.name]] or names == [[BOB.name], [CARMEN.name]]
    assert len(told(clinic)) == 2
    carmens = next(one for one in told(clinic) if one.phone == CARMEN.phone)
    with pytest.raises(NotFound):
        see_to(clinic, carmens.message_id, DANA)
    see_to(clinic, carmens.message_id, THEO)
    assert carmens.phone not in {one.phone for one in told(clinic)}


def test_on_a_page_about_one_patient_nobody_else_who_has_the_phone_is_named(clinic):
    hers = clinic.booked(ALICE, with_=DANA)
    his = clinic.booked(BOB, with_=THEO, at="2026-03-12T17:00Z")
    clinic.sms.answers_with(error_code=LANDLINE, times=2)
    clinic.send_due()

    with clinic.read_only(clinic.staff(DANA)) as dana:
        [of_patient] = unreachable.of_patient(dana, hers.patient_id)
        [of_appointment] = unreachable.of_appointment(dana, hers.id)
        assert unreachable.of_patient(dana, his.patient_id) == []
        assert unreachable.of_appointment(dana, his.id) == []

    assert of_patient == of_appointment
    assert [name for _, name in of_patient.patients] == [ALICE.name]


@pytest.mark.parametrize("code", [30003, 30007, 21610, None])
def test_a_text_that_failed_for_another_reason_says_nothing_of_the_number(clinic, reminded, code):
    clinic.sms.answers_with(error_code=code)
    clinic.send_due()

    assert told(clinic) == []


def test_a_phone_that_is_no_patients_is_not_told(clinic):
    clinic.calls_at_night(ON_CALL_PHONE)
    clinic.booked(ALICE)
    clinic.send_due()
    clinic.text_from(ALICE, "I have chest pain")
    clinic.send_due()
    page = clinic.message(kind=Kind.ON_CALL_ALERT, channel=Channel.SMS)

    clinic.report(page, "undelivered", LANDLINE)

    assert told(clinic) == []
