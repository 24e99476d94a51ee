"""Booking: one appointment, its consents, its messages, or a refusal that loses nothing."""

from dataclasses import replace
from datetime import date

import pytest

from booking.audit.models import AuditEvent
from booking.clinic.actor import System
from booking.intake import service as intakes
from booking.intake.models import Clearance, Intake
from booking.intake.rules.assessment import AssessmentOutcome
from booking.kit.errors import (
    InvalidInput,
    InvalidTransition,
    NotFound,
    SlotTaken,
    TherapistNotBookable,
)
from booking.kit.ids import new_id
from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import MessageState
from booking.patients.consent import WORDINGS, ConsentKind, ConsentMissing
from booking.patients.models import Consent, Patient
from booking.scheduling import bookings
from booking.scheduling.states import State
from tests.build.cast import ALICE, BOB, CARMEN, DANA, EMMA
from tests.build.clinic import wish_of


def book(clinic, hold, wish):
    with clinic.unit_of_work(System.BOOKING_PAGE) as uow:
        return bookings.book(uow, hold.id, wish)


def test_booking_tells_the_patient_at_once_by_text_and_by_mail(clinic):
    booked = clinic.booked(ALICE)

    assert booked.state is State.BOOKED
    told = clinic.messages(kind=Kind.CONFIRMATION, about=booked)
    assert {one.channel for one in told} == {Channel.SMS, Channel.EMAIL}
    assert {one.due_at for one in told} == {clinic.now}


def test_a_booking_well_ahead_has_its_reminders_three_days_and_one_day_before(clinic):
    booked = clinic.booked(ALICE, at="2026-03-11T17:00Z")

    assert clinic.reminders(booked) == ["2026-03-08T17:00Z", "2026-03-10T17:00Z"]


def test_a_wish_for_it_adds_a_reminder_two_hours_before(clinic):
    eager = replace(ALICE, wants_optional_reminder=True)

    booked = clinic.booked(eager, at="2026-03-11T17:00Z")

    assert clinic.reminders(booked)[-1] == "2026-03-11T15:00Z"


def test_a_form_sent_twice_gives_the_same_appointment_and_tells_once(clinic):
    hold = clinic.held()
    first = clinic.book(hold, ALICE)

    second = clinic.book(hold, ALICE)

    assert second.appointment.id == first.appointment.id
    assert len(clinic.messages(kind=Kind.CONFIRMATION)) == 2
    assert len(clinic.all(Intake)) == 1
    assert len(clinic.all(Patient)) == 1


def test_a_hold_that_somebody_has_booked_is_not_given_to_another(clinic):
    hold = clinic.held()
    clinic.book(hold, ALICE)

    again = clinic.book(hold, CARMEN)

    assert again.appointment.patient_id == clinic.patient(ALICE).id
    assert len(clinic.all(Patient)) == 1


def test_the_same_person_booking_again_is_the_same_patient(clinic):
    clinic.booked(ALICE, at="2026-03-05T14:00Z")
    shouting = replace(ALICE, name="  alice   EXAMPLE ", email="Alice@Example.org")

    clinic.booked(shouting, at="2026-03-06T14:00Z")

    assert len(clinic.all(Patient)) == 1


def test_two_people_who_share_a_phone_are_two_patients(clinic):
    first = clinic.booked(ALICE, at="2026-03-05T14:00Z")
    second = clinic.booked(BOB, at="2026-03-06T14:00Z")

    assert first.patient_id != second.patient_id


def test_what_was_typed_wrong_is_named_field_by_field_and_the_hold_stays(clinic):
    hold = clinic.held()
    wrong = replace(ALICE, name=" ", phone="12", email="alice at example")

    with pytest.raises(InvalidInput) as refused:
        clinic.book(hold, wrong)

    assert set(refused.value.fields) == {"name", "phone", "email"}
    assert clinic.state(hold) is State.HELD
    assert clinic.book(hold, ALICE).appointment is not None


@pytest.mark.parametrize("name", ["<b>Alice</b>", "Win at www.example.org", "A" * 121, "A\x00e"])
def test_a_name_that_could_harm_a_text_or_a_page_is_refused(clinic, name):
    with pytest.raises(InvalidInput) as refused:
        clinic.booked(replace(ALICE, name=name))

    assert set(refused.value.fields) == {"name"}


def test_a_mark_that_turns_letters_round_is_not_kept(clinic):
    clinic.booked(replace(ALICE, name="Alice\u202eecilA"))

    assert "AliceecilA" in {one.name for one in clinic.all(Patient)}


def test_names_of_all_kinds_are_kept_as_they_are_written(clinic):
    for day, name in enumerate(["Siân O'Neill-Ñandú", "李小龍", "Jean-Luc d'Aosta Jr."], 5):
        clinic.booked(replace(ALICE, name=name), at=f"2026-03-0{day}T14:00Z")

        assert name in {one.name for one in clinic.all(Patient)}


@pytest.mark.parametrize("kind", sorted(set(ConsentKind) - {ConsentKind.SMS}))
def test_without_a_consent_it_needs_nothing_is_booked(clinic, kind):
    hold = clinic.held()
    wish = wish_of(ALICE)

    with pytest.raises(ConsentMissing) as refused:
        book(clinic, hold, replace(wish, consents=wish.consents - {kind}))

    assert refused.value.kinds == (kind,)
    assert clinic.state(hold) is State.HELD
    assert clinic.all(Patient) == []


def test_every_consent_is_kept_with_the_exact_words_given_or_not(clinic):
    clinic.booked(EMMA)

    kept = {one.kind: one for one in clinic.all(Consent)}
    assert set(kept) == set(ConsentKind)
    for kind, one in kept.items():
        assert one.wording == WORDINGS[kind].named(
            clinic="Willow Room", carrier="Twilio", mail_host="our mail host"
        )
        assert one.version == WORDINGS[kind].version
        assert one.given is (kind is not ConsentKind.SMS)
        assert one.at == clinic.now
        assert one.source == "booking page"
    assert kept[ConsentKind.SMS].phone == EMMA.phone


def test_without_consent_to_texts_everything_goes_by_mail(clinic):
    booked = clinic.booked(EMMA, at="2026-03-11T17:00Z")

    channels = {(one.kind, one.channel) for one in clinic.messages(about=booked)}
    assert channels == {(Kind.CONFIRMATION, Channel.EMAIL), (Kind.REMINDER, Channel.EMAIL)}
    assert len(clinic.reminders(booked)) == 2


def test_an_answer_that_means_stop_books_nothing_and_frees_the_slot(clinic):
    hold = clinic.held()

    outcome = clinic.book(hold, ALICE, fever_48h="yes")

    assert outcome.appointment is None
    assert outcome.assessment.outcome is AssessmentOutcome.STOP
    assert clinic.messages() == []
    assert clinic.all(Patient) == clinic.all(Intake) == clinic.all(Consent) == []
    assert clinic.held().state is State.HELD


def test_an_answer_that_needs_clearance_makes_a_request_without_reminders(clinic):
    requested = clinic.booked(ALICE, at="2026-03-11T17:00Z", anticoagulant="warfarin")

    assert requested.state is State.REQUESTED
    assert set(clinic.kinds(about=requested)) == {Kind.REQUEST_RECEIVED}
    assert clinic.reminders(requested) == []


def test_a_request_keeps_its_slot_from_everybody_else(clinic):
    requested = clinic.booked(ALICE, anticoagulant="warfarin")

    assert requested.hold_expires_at is None
    with pytest.raises(SlotTaken):
        clinic.held(at=requested.starts_at)


def test_granting_a_request_books_it_tells_the_patient_and_plans_its_reminders(clinic):
    requested = clinic.booked(ALICE, at="2026-03-11T17:00Z", anticoagulant="warfarin")

    granted = clinic.grant(requested)

    assert granted.state is State.BOOKED
    assert clinic.reminders(granted) == ["2026-03-08T17:00Z", "2026-03-10T17:00Z"]
    assert len(clinic.messages(kind=Kind.CONFIRMATION, about=granted)) == 2
    [clearance] = clinic.all(Clearance)
    assert (clearance.clinician, clearance.scope) == ("Dr. Example", "Light pressure")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"clinician": " "}, "clinician"),
        ({"scope": ""}, "scope"),
        ({"expires_on": date(2026, 3, 4)}, "expires_on"),
    ],
)
def test_a_clearance_that_says_too_little_or_ends_too_soon_is_refused(clinic, changes, field):
    requested = clinic.booked(ALICE, at="2026-03-05T14:00Z", anticoagulant="warfarin")

    with pytest.raises(InvalidInput) as refused:
        clinic.grant(requested, **changes)

    assert set(refused.value.fields) == {field}
    assert clinic.state(requested) is State.REQUESTED


def test_what_is_booked_cannot_be_granted(clinic):
    booked = clinic.booked(ALICE)

    with pytest.raises(InvalidTransition):
        clinic.grant(booked)


def test_a_request_is_not_granted_for_a_therapist_who_may_not_work_that_day(clinic):
    requested = clinic.booked(ALICE, anticoagulant="warfarin")
    clinic.lapses(DANA, date(2026, 3, 3))

    with pytest.raises(TherapistNotBookable):
        clinic.grant(requested)


def test_a_therapist_whose_licence_lapses_while_the_form_is_filled_in_is_not_booked(clinic):
    hold = clinic.held()
    clinic.lapses(DANA, date(2026, 3, 3))

    with pytest.raises(TherapistNotBookable):
        clinic.book(hold, ALICE)


def test_a_hold_that_never_was_cannot_be_booked(clinic):
    hold = clinic.held()
    hold.id = new_id()

    with pytest.raises(NotFound):
        clinic.book(hold, ALICE)


def test_the_answers_can_be_read_again_as_they_were_given(clinic):
    booked = clinic.booked(ALICE, pressure="2", note="Mornings are slow.")

    with clinic.read_only() as uow:
        answers, assessment = intakes.latest(uow, booked.id)

    assert answers == wish_of(ALICE, pressure="2", note="Mornings are slow.").answers
    assert assessment.outcome is not AssessmentOutcome.STOP


def test_who_booked_is_on_the_record(clinic):
    booked = clinic.booked(ALICE)

    [event] = clinic.all(AuditEvent)
    assert event.actor == f"patient:{booked.patient_id}"
    assert (event.action, event.subject_id) == ("booked", booked.id)


def test_a_failure_in_the_middle_of_booking_leaves_nothing_behind(clinic):
    hold = clinic.held()

    def books_and_fails():
        with clinic.unit_of_work(System.BOOKING_PAGE) as uow:
            bookings.book(uow, hold.id, wish_of(ALICE))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        books_and_fails()

    assert clinic.messages(state=MessageState.PENDING) == []
    assert clinic.all(Patient) == []
    assert clinic.state(hold) is State.HELD
