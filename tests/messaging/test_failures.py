"""What follows a text that did not arrive, where it is not a patient's own reminder."""

from datetime import timedelta

import pytest

from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import MessageState
from booking.patients.models import Consent
from tests.build.cast import ALICE, BOB, ON_CALL_PHONE
from tests.conversations.test_inbox import answer, asked


def in_danger(clinic):
    """Somebody on the phone that Alice and Bob share writes of a danger."""
    clinic.calls_at_night(ON_CALL_PHONE)
    clinic.booked(ALICE)
    clinic.booked(BOB, at="2026-03-12T17:00Z")
    clinic.send_due()
    clinic.text_from(ALICE, "I have chest pain")
    clinic.send_due()


@pytest.mark.parametrize(
    ("kind", "phone"), [(Kind.ON_CALL_ALERT, ON_CALL_PHONE), (Kind.EMERGENCY, ALICE.phone)]
)
def test_a_safety_text_that_did_not_arrive_goes_once_more_in_a_minute(clinic, kind, phone):
    in_danger(clinic)
    first = clinic.message(kind=kind, channel=Channel.SMS)
    assert first.patient_id is None, "nobody knows who of the two wrote"

    clinic.report(first, "undelivered", 30003)
    clinic.clock.pass_(seconds=59)
    clinic.send_due()
    assert len(clinic.messages(kind=kind, to=phone)) == 2
    assert clinic.messages(kind=kind, to=phone)[1].state is MessageState.PENDING
    clinic.clock.pass_(seconds=1)
    clinic.send_due()

    again = clinic.messages(kind=kind, to=phone)[1]
    assert again.state is MessageState.ACCEPTED
    assert again.due_at - first.due_at == timedelta(minutes=1)
    clinic.report(again, "undelivered", 30003)
    clinic.clock.pass_(minutes=1)
    clinic.send_due()
    assert len(clinic.messages(kind=kind, to=phone)) == 2


def test_the_page_of_who_is_on_call_is_kept_behind_a_stopped_sender(clinic):
    in_danger(clinic)
    page = clinic.message(kind=Kind.ON_CALL_ALERT, channel=Channel.SMS)

    clinic.report(page, "undelivered", 30034)

    first, again = clinic.messages(kind=Kind.ON_CALL_ALERT, to=ON_CALL_PHONE)
    assert (first.id, again.state) == (page.id, MessageState.PENDING)


def test_what_a_person_wrote_goes_once_more_in_the_same_words(clinic):
    clinic.booked(ALICE)
    answer(clinic, asked(clinic, ALICE, "May I bring my own oil?"), "Yes, please do.")
    clinic.send_due()
    first = clinic.message(kind=Kind.STAFF_ANSWER)

    clinic.report(first, "undelivered", 30003)
    clinic.clock.pass_(minutes=15)
    clinic.send_due()

    assert clinic.sms.to(ALICE).count("Yes, please do.") == 2


def test_a_phone_that_two_share_is_noted_as_stopped_for_both(clinic):
    in_danger(clinic)
    clinic.sms.answers_with(error_code=21610)
    clinic.text_from(ALICE, "HELP")
    clinic.send_due()

    for one in (ALICE, BOB):
        whose = clinic.patient(one).id
        said = clinic.all(Consent, Consent.patient_id == whose, Consent.source == "carrier")
        assert [(word.given, word.phone) for word in said] == [(False, ALICE.phone)]
