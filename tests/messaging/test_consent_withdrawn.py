"""A no to texts holds for what is planned already: the last look asks for the last word."""

from datetime import timedelta

import pytest

from booking.messaging.kinds import Channel, Kind, kinds_that
from booking.messaging.message import MessageState
from booking.messaging.reason import Reason
from booking.patients.consent import WORDINGS, ConsentKind
from booking.patients.models import Consent
from tests.build.cast import ALICE, BOB, DANA
from tests.build.reminder import FIRST_REMINDER, WEDNESDAY, claim, start
from tests.build.statements import noted

TOLD = Reason.NO_CONSENT


def says(clinic, someone, *, given):
    """Keep the patient's newest word on texts, as a form of theirs brings it."""
    with clinic.transaction() as session:
        session.add(
            Consent(
                patient_id=clinic.patient(someone).id,
                kind=ConsentKind.SMS,
                given=given,
                version=WORDINGS[ConsentKind.SMS].version,
                wording="words",
                source="a test",
                phone=someone.phone,
                at=clinic.now,
            )
        )


def test_a_reminder_planned_as_a_text_goes_by_mail_after_a_later_no(clinic, reminded):
    says(clinic, ALICE, given=False)

    clinic.send_due()

    assert clinic.sms.sent == []
    stopped = clinic.messages(kind=Kind.REMINDER, about=reminded, state=MessageState.SUPPRESSED)
    assert [one.reason for one in stopped] == [TOLD]
    clinic.send_due()
    [mail] = clinic.messages(kind=Kind.REMINDER, about=reminded, channel=Channel.EMAIL)
    assert mail.state is MessageState.ACCEPTED


def test_a_no_between_claim_and_start_still_counts(clinic, reminded):
    ids = claim(clinic)

    says(clinic, ALICE, given=False)

    assert start(clinic, ids).texts == ()


def test_a_no_that_was_taken_back_since_stops_nothing(clinic, reminded):
    says(clinic, ALICE, given=False)
    clinic.clock.set(FIRST_REMINDER + timedelta(seconds=1))
    says(clinic, ALICE, given=True)

    clinic.send_due()

    assert len(clinic.sms.to(ALICE)) == 1


def test_a_check_in_planned_as_a_text_goes_by_mail_after_a_later_no(clinic):
    booked = clinic.finished(ALICE)
    says(clinic, ALICE, given=False)
    clinic.sms.sent.clear()

    clinic.send_all(clinic.now + timedelta(hours=30))

    assert clinic.sms.sent == []
    asked = clinic.messages(kind=Kind.CHECK_IN, about=booked, channel=Channel.EMAIL)
    assert [one.state for one in asked][:1] == [MessageState.ACCEPTED]


def test_news_whose_mail_goes_anyway_is_only_not_texted(clinic):
    booked = clinic.booked(ALICE, at=WEDNESDAY)
    says(clinic, ALICE, given=False)

    clinic.send_due()

    assert clinic.sms.sent == []
    told = clinic.messages(kind=Kind.CONFIRMATION, about=booked)
    assert {(one.channel, one.state) for one in told} == {
        (Channel.SMS, MessageState.SUPPRESSED),
        (Channel.EMAIL, MessageState.ACCEPTED),
    }


def test_a_no_of_one_of_two_on_a_phone_stops_only_theirs(clinic):
    clinic.booked(ALICE, at="2026-03-11T14:00Z")
    clinic.booked(BOB, at="2026-03-11T17:00Z")
    says(clinic, BOB, given=False)

    clinic.send_due()

    [text] = clinic.sms.to(ALICE)
    assert DANA.name.split()[0] in text


def test_an_answer_to_a_patients_own_text_needs_no_consent(clinic, reminded):
    clinic.send_due()
    says(clinic, ALICE, given=False)
    clinic.sms.sent.clear()

    clinic.text_from(ALICE, "C")
    clinic.send_due()

    assert len(clinic.sms.to(ALICE)) == 1


def test_what_saves_somebody_needs_no_consent():
    assert not kinds_that(lambda rules: rules.needs_consent and rules.after_opt_out)


@pytest.mark.parametrize("patients", [1, 6])
def test_asking_for_consent_is_one_statement_however_many_texts_there_are(clinic, patients):
    for number in range(patients):
        someone = type(ALICE)(f"Patient {number}", f"+1212555015{number}", f"p{number}@example.org")
        clinic.booked(someone, at=f"2026-03-1{number}T17:00Z")
    ids = claim(clinic)

    with noted(clinic.engine) as statements:
        start(clinic, ids)

    assert len(ids) == patients
    assert sum("FROM consent" in one for one in statements) == 1
