"""Who merely knows a name, a phone and a mail address changes nothing of a patient."""

from dataclasses import replace

import pytest

from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import MessageState
from booking.patients.consent import ConsentKind
from booking.patients.models import Consent, Patient
from booking.scheduling.states import Proof
from tests.build.cast import ALICE, LOS_ANGELES
from tests.scheduling.proving import SECOND, STRANGER, decide, marks

THIRD = "2026-03-13T17:00Z"
SITE_MARK = 1


def settings(clinic):
    """What is kept of ALICE: how she wants messages, and her last word on texts."""
    patient = clinic.patient(ALICE)
    columns = [column.key for column in Patient.__table__.columns]
    words = clinic.all(Consent, Consent.kind == ConsentKind.SMS, order_by=Consent.at)
    return {name: getattr(patient, name) for name in columns}, [one.id for one in words]


@pytest.fixture
def foreign(clinic, known):
    """A session that somebody else booked in her name."""
    clinic.clock.pass_(minutes=5)
    booked = clinic.booked(STRANGER, at=SECOND)
    clinic.send_due()
    return booked


def test_a_first_booking_is_simply_made(clinic, known):
    assert known.proven_by is Proof.FIRST
    assert known.asked_settings is None
    assert not known.by_mail_only


def test_a_form_that_matches_a_patient_changes_nothing_of_them(clinic, known):
    before = settings(clinic)

    booked = clinic.booked(STRANGER, at=SECOND)

    assert booked.patient_id == known.patient_id
    assert settings(clinic) == before
    assert clinic.reload(booked).proven_at is None


def test_its_messages_go_in_the_patients_own_language_and_zone(clinic, foreign):
    [mail] = clinic.email.sent

    assert mail.to == ALICE.email
    assert "is booked" in mail.text
    told = clinic.messages(about=foreign)
    assert {(one.language, one.zone) for one in told} == {("en", ALICE.zone)}


def test_the_mail_says_that_other_settings_were_asked_for_and_an_ordinary_one_does_not(
    clinic, foreign
):
    [mail] = clinic.email.sent
    assert "other settings" in mail.text

    clinic.booked(ALICE, at=THIRD)
    clinic.send_due()

    assert "other settings" not in clinic.email.sent[-1].text


def test_a_no_to_texts_keeps_texts_from_that_session_and_from_no_other(clinic, known, foreign):
    assert {one.channel for one in clinic.messages(about=foreign)} == {Channel.EMAIL}

    clinic.send_all("2026-03-10T15:00Z")

    assert len([one for one in clinic.sms.to(ALICE) if "11 Mar" in one]) >= 1


def test_cancelling_the_booking_leaves_the_patient_as_they_were(clinic, known):
    before = settings(clinic)
    booked = clinic.booked(STRANGER, at=SECOND)

    clinic.cancel(booked)

    assert settings(clinic) == before


def test_a_returning_patient_gets_their_reminders_without_doing_anything(clinic, known):
    again = clinic.booked(ALICE, at="2026-03-19T17:00Z")

    assert again.asked_settings is None
    waiting = clinic.messages(kind=Kind.REMINDER, about=again)
    assert {one.channel for one in waiting} == {Channel.SMS}
    assert len(waiting) == 2


@pytest.mark.parametrize("channel", list(Channel))
def test_one_tap_behind_a_link_that_was_sent_takes_the_settings(clinic, known, channel):
    spanish = replace(ALICE, language="es", zone=LOS_ANGELES)
    booked = clinic.booked(spanish, at=SECOND)
    clinic.send_due()

    assert decide(clinic, booked, marks(clinic, booked)[channel])

    patient = clinic.patient(ALICE)
    assert (patient.language, patient.zone) == ("es", LOS_ANGELES)
    how = {Channel.SMS: Proof.TEXT_LINK, Channel.EMAIL: Proof.MAIL_LINK}[channel]
    assert clinic.reload(booked).proven_by is how
    waiting = clinic.messages(state=MessageState.PENDING)
    assert {(one.language, one.zone) for one in waiting} == {("es", LOS_ANGELES)}


def test_a_link_that_the_site_gave_to_a_browser_proves_nothing(clinic, foreign):
    before = settings(clinic)

    for mark in (0, SITE_MARK):
        assert not decide(clinic, foreign, mark)

    assert settings(clinic) == before
    assert clinic.reload(foreign).proven_at is None


def test_a_link_to_another_session_proves_nothing_of_this_one(clinic, known, foreign):
    assert not decide(clinic, foreign, marks(clinic, known)[Channel.EMAIL])


def test_keeping_ones_own_settings_gives_the_session_its_texts_back(clinic, known, foreign):
    before = settings(clinic)

    assert decide(clinic, foreign, marks(clinic, foreign)[Channel.EMAIL], takes=False)

    assert settings(clinic) == before
    assert clinic.reload(foreign).asked_settings is None
    waiting = clinic.messages(kind=Kind.REMINDER, about=foreign, state=MessageState.PENDING)
    assert {one.channel for one in waiting} == {Channel.SMS}


def test_a_no_that_is_taken_for_good_turns_every_planned_reminder_into_one_mail(
    clinic, known, foreign
):
    assert decide(clinic, foreign, marks(clinic, foreign)[Channel.EMAIL])

    for booked in (known, foreign):
        waiting = clinic.messages(kind=Kind.REMINDER, about=booked, state=MessageState.PENDING)
        assert {one.channel for one in waiting} == {Channel.EMAIL}
        leads = [one.dedupe_key.rpartition(":")[2] for one in waiting]
        assert len(leads) == len(set(leads)) >= 2
    last = clinic.all(Consent, Consent.kind == ConsentKind.SMS, order_by=Consent.at)[-1]
    assert (last.given, last.source) == (False, "page opened by mail link")


def test_the_optional_reminder_is_added_once_it_is_taken(clinic, known):
    eager = replace(ALICE, wants_optional_reminder=True)
    booked = clinic.booked(eager, at=SECOND)
    clinic.send_due()
    assert len(clinic.reminders(booked)) == 2

    assert decide(clinic, booked, marks(clinic, booked)[Channel.EMAIL])

    assert len(clinic.reminders(booked)) == 3
    assert len(clinic.reminders(known)) == 3


def test_a_phone_that_stopped_texts_is_not_started_by_a_form(clinic, known):
    clinic.text_from(ALICE, "STOP")
    booked = clinic.booked(ALICE, at=SECOND)

    assert booked.asked_settings is None
    assert {one.channel for one in clinic.messages(about=booked)} == {Channel.EMAIL}


def test_a_reply_from_the_phone_proves_the_booking_and_leaves_the_settings(clinic, known):
    clinic.cancel(known)
    booked = clinic.booked(replace(ALICE, language="es"), at=SECOND)
    clinic.send_due()

    clinic.text_from(ALICE, "C")

    assert clinic.reload(booked).proven_by is Proof.REPLY
    assert clinic.patient(ALICE).language == "en"
    assert clinic.reload(booked).asked_settings == {"language": "es"}


def test_coming_to_the_session_proves_it_too(clinic, known, foreign):
    clinic.clock.set(foreign.starts_at)

    clinic.arrive(foreign)

    assert clinic.reload(foreign).proven_by is Proof.SESSION
