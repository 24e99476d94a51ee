"""Texts go to countries the clinic names; whoever is of another gets everything by mail."""

from dataclasses import replace

import pytest

from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import MessageState
from booking.messaging.reason import Reason
from booking.patients.models import Patient
from tests.build.cast import ALICE, CORA
from tests.build.reminder import FIRST_REMINDER, WEDNESDAY

JAMAICAN = replace(ALICE, phone="+18765551234")
DEAR = ["+18765551234", "+16475550111", "+881655512345", "+37121234567", "+25261234567"]


@pytest.mark.parametrize("phone", DEAR)
def test_whoever_is_of_another_country_gets_mails_and_no_text(clinic, phone):
    booked = clinic.booked(replace(ALICE, phone=phone), at=WEDNESDAY)
    clinic.move(booked, to="2026-03-12T17:00Z")
    clinic.lets_it_settle()
    clinic.send_all(until="2026-03-12T17:00Z")
    clinic.finish(booked)
    clinic.send_all(until="2026-03-14T17:00Z")

    assert clinic.sms.sent == []
    assert clinic.messages(channel=Channel.SMS) == []
    kinds = {
        one.kind for one in clinic.messages(channel=Channel.EMAIL, state=MessageState.ACCEPTED)
    }
    assert kinds == {Kind.MOVED, Kind.REMINDER, Kind.CHECK_IN}


def test_a_clinic_may_name_more_countries(clinic):
    clinic.texts_also("JM")
    clinic.booked(JAMAICAN, at=WEDNESDAY)
    clinic.send_due()

    assert len(clinic.sms.to(JAMAICAN)) == 1


def test_a_reminder_planned_before_the_setting_changed_goes_by_mail(clinic):
    clinic.texts_also("JM")
    booked = clinic.booked(JAMAICAN, at=WEDNESDAY)
    clinic.send_due()
    clinic.texts_also()

    clinic.sms.sent.clear()
    clinic.email.sent.clear()
    clinic.clock.set(FIRST_REMINDER)
    clinic.send_due()
    clinic.send_due()

    assert clinic.sms.sent == []
    assert len(clinic.email.to(JAMAICAN)) == 1
    [kept] = clinic.messages(
        kind=Kind.REMINDER, about=booked, channel=Channel.SMS, state=MessageState.SUPPRESSED
    )
    assert kept.reason == Reason.COUNTRY_NOT_TEXTED


def test_a_text_from_another_country_is_answered_by_text(clinic):
    clinic.text_from(JAMAICAN, "HELP")
    clinic.send_due()

    assert len(clinic.sms.to(JAMAICAN)) == 1


def test_the_person_on_call_is_paged_in_any_country(clinic):
    clinic.calls_at_night("+18765559999")

    clinic.text_from(ALICE, "I want to kill myself")
    clinic.send_due()

    assert len(clinic.sms.to("+18765559999")) == 1


def test_what_the_clinic_does_is_mailed_too(clinic):
    booked = clinic.booked(JAMAICAN, at=WEDNESDAY)
    clinic.send_due()
    clinic.email.sent.clear()

    clinic.cancel(booked, by=CORA)
    clinic.send_due()

    assert clinic.sms.sent == []
    assert len(clinic.email.to(JAMAICAN)) == 1
    assert len(clinic.all(Patient)) == 1
