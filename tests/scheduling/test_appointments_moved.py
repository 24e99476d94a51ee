"""Moving: the old time's reminders die with it, and the cut-off binds patients only."""

from datetime import date, timedelta

import pytest

from booking.checkins.rules.scores import CheckInKind
from booking.clinic.policy import BookingPolicy
from booking.kit.errors import (
    CutOffPassed,
    InvalidTransition,
    SlotNotOffered,
    SlotTaken,
    TherapistNotBookable,
)
from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import MessageState
from booking.messaging.ports import SendOutcome
from booking.messaging.reason import Reason
from booking.scheduling.states import State
from tests.build.cast import ALICE, CARMEN, CORA, DANA
from tests.build.clinic import PATIENT
from tests.build.reminder import claim, start
from tests.build.times import utc


def test_moving_an_appointment_cancels_its_old_reminders_and_plans_new_ones(clinic):
    booked = clinic.booked(ALICE, with_=DANA, at="2026-03-06T14:00Z")
    assert clinic.reminders(booked) == ["2026-03-03T14:00Z", "2026-03-05T14:00Z"]

    clinic.move(booked, to="2026-03-09T14:00Z")

    assert clinic.reminders(booked) == ["2026-03-06T14:00Z", "2026-03-08T14:00Z"]
    old = clinic.messages(kind=Kind.REMINDER, about=booked, state=MessageState.CANCELLED)
    assert {one.reason for one in old} == {Reason.MOVED}


def test_moving_tells_the_new_time_and_never_the_old_one_again(clinic):
    booked = clinic.booked(ALICE, at="2026-03-06T14:00Z")

    clinic.move(booked, to="2026-03-09T14:00Z")
    clinic.lets_it_settle()

    [text] = clinic.sms.to(ALICE)
    assert "9 Mar, 10:00" in text
    assert len(clinic.email.to(ALICE)) == 1


def test_moving_raises_the_version_and_frees_the_old_slot(clinic):
    booked = clinic.booked(ALICE, at="2026-03-06T14:00Z")

    moved = clinic.move(booked, to="2026-03-09T14:00Z")

    assert moved.version == booked.version + 1 == 2
    assert clinic.held(at="2026-03-06T14:00Z").state is State.HELD
    with pytest.raises(SlotTaken):
        clinic.held(at="2026-03-09T14:00Z")


def test_moving_by_a_quarter_of_an_hour_over_its_own_time_is_allowed(clinic):
    booked = clinic.booked(ALICE, at="2026-03-06T14:00Z")

    moved = clinic.move(booked, to="2026-03-06T14:15Z")

    assert moved.starts_at == utc("2026-03-06T14:15Z")


def test_moving_to_the_time_it_has_changes_nothing(clinic):
    booked = clinic.booked(ALICE, at="2026-03-06T14:00Z")

    same = clinic.move(booked, to="2026-03-06T14:00Z")

    assert same.version == 1
    assert clinic.kinds(about=booked).count(Kind.MOVED) == 0
    assert len(clinic.reminders(booked)) == 2


def test_moving_takes_back_a_confirmation(clinic):
    booked = clinic.booked(ALICE, at="2026-03-06T14:00Z")
    clinic.confirm(booked)

    moved = clinic.move(booked, to="2026-03-09T14:00Z")

    assert moved.state is State.BOOKED
    assert moved.confirmed_at is None


def test_moving_a_request_keeps_it_a_request_without_reminders(clinic):
    requested = clinic.booked(ALICE, at="2026-03-06T14:00Z", anticoagulant="warfarin")

    moved = clinic.move(requested, to="2026-03-09T14:00Z")

    assert moved.state is State.REQUESTED
    assert clinic.reminders(requested) == []


def test_moving_onto_a_taken_slot_keeps_the_old_time_and_its_reminders(clinic):
    booked = clinic.booked(ALICE, at="2026-03-06T14:00Z")
    clinic.booked(CARMEN, at="2026-03-09T14:00Z")

    with pytest.raises(SlotTaken) as refused:
        clinic.move(booked, to="2026-03-09T14:00Z")

    assert refused.value.next_free[0] == utc("2026-03-09T15:15Z")
    assert clinic.reload(booked).starts_at == utc("2026-03-06T14:00Z")
    assert clinic.reminders(booked) == ["2026-03-03T14:00Z", "2026-03-05T14:00Z"]


def test_moving_to_a_time_outside_the_hours_is_refused(clinic):
    booked = clinic.booked(ALICE, at="2026-03-06T14:00Z")

    with pytest.raises(SlotNotOffered):
        clinic.move(booked, to="2026-03-09T03:00Z")


def test_moving_past_the_end_of_a_licence_is_refused(clinic):
    booked = clinic.booked(ALICE, at="2026-03-06T14:00Z")
    clinic.lapses(DANA, date(2026, 3, 8))

    with pytest.raises(TherapistNotBookable):
        clinic.move(booked, to="2026-03-09T14:00Z")


def test_moving_lets_the_numbers_before_the_session_follow(clinic):
    booked = clinic.booked(ALICE, at="2026-03-06T14:00Z")

    clinic.move(booked, to="2026-03-09T14:00Z")

    baseline = clinic.check_ins(booked)[CheckInKind.BASELINE]
    assert baseline.closes_at == utc("2026-03-09T14:00Z")


def test_a_patient_may_change_until_24_hours_before_and_staff_any_time(clinic):
    booked = clinic.booked(ALICE, at="2026-03-06T14:00Z")
    clinic.clock.set("2026-03-05T14:00Z")
    clinic.move(booked, to="2026-03-06T15:00Z")

    clinic.clock.set("2026-03-05T15:00:01Z")
    with pytest.raises(CutOffPassed):
        clinic.move(booked, to="2026-03-06T16:00Z")
    clinic.move(booked, to="2026-03-06T16:00Z", by=CORA)

    assert clinic.reload(booked).starts_at == utc("2026-03-06T16:00Z")


@pytest.mark.parametrize("step", ["cancel", "finish", "miss"])
def test_what_is_over_cannot_be_moved(clinic, step):
    booked = clinic.booked(ALICE, at="2026-03-06T14:00Z")
    if step != "cancel":
        clinic.clock.set(booked.ends_at)
    getattr(clinic, step)(booked, by=CORA)

    with pytest.raises(InvalidTransition):
        clinic.move(booked, to="2026-03-09T14:00Z", by=CORA)


def test_a_hold_cannot_be_moved_through_the_back_door(clinic):
    with pytest.raises(InvalidTransition):
        clinic.move(clinic.held(), to="2026-03-09T14:00Z", by=CORA)


@pytest.mark.parametrize("by", [PATIENT, CORA], ids=["the patient", "the clinic"])
def test_the_new_time_is_the_last_word_though_the_old_reminder_was_leaving(clinic, reminded, by):
    leaving = start(clinic, claim(clinic))
    clinic.move(reminded, to="2026-03-12T17:00Z", by=by)

    held_up_until_its_lease_ends(clinic, leaving)

    old, new = clinic.sms.to(ALICE)
    assert "Wed 11 Mar" in old
    assert "Thu 12 Mar" in new


@pytest.mark.parametrize("by", [PATIENT, CORA], ids=["the patient", "the clinic"])
def test_a_cancellation_is_the_last_word_though_the_reminder_was_leaving(clinic, reminded, by):
    leaving = start(clinic, claim(clinic))
    clinic.cancel(reminded, by=by)

    held_up_until_its_lease_ends(clinic, leaving)

    assert [text.message_id for text in clinic.sms.sent] == [
        leaving.texts[0].message_id,
        clinic.message(kind=Kind.CANCELLED, channel=Channel.SMS).id,
    ]


def held_up_until_its_lease_ends(clinic, leaving):
    """Let a sender hand its text over in the last second of its lease, while another works."""
    clinic.clock.pass_(seconds=59)
    clinic.send_due("sender-2")
    clinic.sms.send(leaving.texts)
    clinic.clock.pass_(seconds=1)
    clinic.send_due("sender-2")


def test_a_reminder_of_unknown_fate_may_be_on_the_wire_and_is_waited_for_no_longer(
    clinic, reminded
):
    clinic.changes_policies(booking=BookingPolicy(settling=timedelta()))
    clinic.sms.answers_with(SendOutcome.UNKNOWN)
    clinic.send_due()
    clinic.clock.pass_(seconds=20)

    clinic.move(reminded, to="2026-03-12T17:00Z")

    moved = clinic.message(kind=Kind.MOVED, channel=Channel.SMS)
    assert (moved.due_at - clinic.now).total_seconds() == 40
    assert clinic.message(kind=Kind.MOVED, channel=Channel.EMAIL).due_at == clinic.now
    clinic.clock.pass_(minutes=2)
    again = clinic.move(reminded, to="2026-03-12T18:00Z")
    waiting = clinic.message(kind=Kind.MOVED, channel=Channel.SMS, state=MessageState.PENDING)
    assert (waiting.appointment_version, waiting.due_at) == (again.version, clinic.now)


def test_what_is_leaving_about_another_appointment_holds_no_correction_up(clinic, reminded):
    start(clinic, claim(clinic))
    other = clinic.booked(ALICE, at="2026-03-13T17:00Z")
    clinic.send_due("sender-2")

    clinic.move(other, to="2026-03-14T17:00Z")

    settled = clinic.now + clinic.runtime.policies.booking.settling
    assert clinic.message(kind=Kind.MOVED, channel=Channel.SMS).due_at == settled
