"""Confirm, move and cancel: the cut-off, the old reminders, and what the patient is told."""

from datetime import timedelta

import pytest

from booking.audit.models import AuditEvent
from booking.clinic.actor import System
from booking.kit.errors import CutOffPassed, InvalidTransition, NotFound
from booking.kit.ids import new_id
from booking.messaging.inbound_models import OpenQuestion
from booking.messaging.kinds import Channel, Kind
from booking.scheduling import appointments
from booking.scheduling.models import Appointment
from booking.scheduling.states import State
from tests.build.cast import ALICE, CORA, EMMA
from tests.build.times import utc
from tests.refusals import refused


def test_a_patient_who_is_too_late_to_cancel_is_given_the_phone_number(clinic):
    booked = clinic.booked(ALICE, at="2026-03-06T14:00Z")
    clinic.clock.set("2026-03-05T14:00:01Z")

    with refused(CutOffPassed, r"\+1 212 555 0100"):
        clinic.cancel(booked)
    assert clinic.state(booked) is State.BOOKED

    assert clinic.cancel(booked, by=CORA).state is State.CANCELLED


def test_whether_the_page_offers_a_change_follows_the_cut_off_and_the_state(clinic):
    booked = clinic.booked(ALICE, at="2026-03-06T14:00Z")

    def offered(at):
        with clinic.runtime.read_only(System.WORKERS, utc(at)) as uow:
            return appointments.may_change(uow, clinic.reload(booked))

    assert offered("2026-03-05T14:00Z")
    assert not offered("2026-03-05T14:00:01Z")
    clinic.cancel(booked)
    assert not offered("2026-03-03T14:00Z")


def test_cancelling_calls_off_everything_planned_and_tells_the_patient(clinic):
    booked = clinic.booked(ALICE, at="2026-03-06T14:00Z")
    clinic.send_due()

    clinic.cancel(booked)
    clinic.send_due()

    assert clinic.reminders(booked) == []
    assert "cancelled" in clinic.sms.to(ALICE)[-1]
    assert "cancelled" in clinic.email.to(ALICE)[-1].text.casefold()
    clinic.send_all("2026-03-07T14:00Z")
    assert len(clinic.sms.to(ALICE)) == 2


def test_cancelling_before_the_confirmation_left_sends_only_the_cancellation(clinic):
    booked = clinic.booked(ALICE, at="2026-03-06T14:00Z")

    clinic.cancel(booked)
    clinic.send_due()

    assert len(clinic.sms.to(ALICE)) == 1
    assert len(clinic.email.to(ALICE)) == 1


def test_cancelling_frees_the_slot_at_once(clinic):
    clinic.cancel(clinic.booked(ALICE, at="2026-03-06T14:00Z"))

    assert clinic.held(at="2026-03-06T14:00Z").state is State.HELD


def test_cancelling_twice_tells_once(clinic):
    booked = clinic.booked(ALICE, at="2026-03-06T14:00Z")
    clinic.cancel(booked)

    clinic.cancel(booked)

    assert clinic.reload(booked).version == 2
    assert len(clinic.messages(kind=Kind.CANCELLED)) == 2


@pytest.mark.parametrize(("by", "reason"), [(CORA, "by_clinic"), ("the patient", "by_patient")])
def test_who_cancelled_is_kept(clinic, by, reason):
    booked = clinic.booked(ALICE, at="2026-03-06T14:00Z")

    assert clinic.cancel(booked, by=by).reason == reason


def test_cancelling_closes_what_was_asked_so_that_a_late_c_confirms_nothing(clinic):
    booked = clinic.booked(ALICE, at="2026-03-06T14:00Z")
    clinic.send_due()

    clinic.cancel(booked)
    clinic.text_from(ALICE, "C")

    assert clinic.state(booked) is State.CANCELLED
    assert clinic.all(OpenQuestion, OpenQuestion.closed_at.is_(None)) == []


def test_a_patient_without_texts_is_told_by_mail_alone(clinic):
    booked = clinic.booked(EMMA, at="2026-03-06T14:00Z")

    clinic.cancel(booked)
    clinic.send_due()

    assert clinic.sms.sent == []
    assert len(clinic.email.to(EMMA)) == 1


def test_confirming_twice_keeps_the_first_time(clinic):
    booked = clinic.booked(ALICE)
    first = clinic.confirm(booked)
    clinic.clock.pass_(hours=1)

    second = clinic.confirm(booked)

    assert second.state is State.CONFIRMED
    assert second.confirmed_at == first.confirmed_at


def test_a_confirmed_appointment_keeps_its_reminders(clinic):
    booked = clinic.booked(ALICE, at="2026-03-06T14:00Z")

    clinic.confirm(booked)

    assert len(clinic.reminders(booked)) == 2


@pytest.mark.parametrize("late", [timedelta(0), timedelta(hours=2)])
def test_a_session_that_has_begun_cannot_be_confirmed(clinic, late):
    booked = clinic.booked(ALICE)
    clinic.clock.set(booked.starts_at + late)

    with pytest.raises(InvalidTransition):
        clinic.confirm(booked)


def test_a_request_cannot_be_confirmed_before_it_is_granted(clinic):
    requested = clinic.booked(ALICE, anticoagulant="warfarin")

    with pytest.raises(InvalidTransition):
        clinic.confirm(requested)


def test_an_appointment_that_never_was_is_not_found(clinic):
    with clinic.read_only() as uow, pytest.raises(NotFound):
        appointments.get(uow, new_id())


def test_every_step_is_on_the_record_with_who_took_it(clinic):
    booked = clinic.booked(ALICE, at="2026-03-06T14:00Z")
    clinic.confirm(booked)
    clinic.move(booked, to="2026-03-09T14:00Z", by=CORA)
    clinic.cancel(booked)

    steps = [(one.action, one.actor) for one in clinic.all(AuditEvent, order_by=AuditEvent.id)]
    alice = f"patient:{booked.patient_id}"
    assert steps == [
        ("booked", alice),
        ("confirmed", alice),
        ("moved", f"user:{CORA.id}"),
        ("cancelled", alice),
    ]


def test_messages_know_which_time_they_are_about(clinic):
    booked = clinic.booked(ALICE, at="2026-03-06T14:00Z")

    clinic.move(booked, to="2026-03-09T14:00Z")

    versions = {(one.kind, one.appointment_version) for one in clinic.messages(about=booked)}
    assert versions == {
        (Kind.CONFIRMATION, 1),
        (Kind.REMINDER, 1),
        (Kind.MOVED, 2),
        (Kind.REMINDER, 2),
    }
    assert clinic.all(Appointment)[0].version == 2


def test_every_message_has_a_key_of_its_own_that_names_what_it_is(clinic):
    booked = clinic.booked(ALICE, at="2026-03-06T14:00Z")

    keys = {one.dedupe_key for one in clinic.messages(about=booked, channel=Channel.SMS)}

    assert keys == {
        f"confirmation:sms:{booked.id}:v1",
        f"reminder:sms:{booked.id}:v1:72h",
        f"reminder:sms:{booked.id}:v1:24h",
    }
