"""The day of the session: who came, who did not, and what follows."""

import pytest

from booking.checkins.rules.scores import CheckInKind
from booking.kit.errors import InvalidTransition
from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import MessageState
from booking.scheduling.states import State
from tests.build.cast import ALICE, CORA, EMMA
from tests.build.times import stamp


def test_a_patient_who_is_here_gets_no_more_reminders(clinic):
    booked = clinic.booked(ALICE, at="2026-03-06T14:00Z")

    clinic.arrive(booked)

    assert clinic.state(booked) is State.ARRIVED
    assert clinic.reminders(booked) == []


def test_a_session_that_took_place_is_asked_about_a_day_later_and_nudged_once(clinic):
    done = clinic.finished(ALICE, at="2026-03-05T17:00Z")

    asked = clinic.messages(kind=Kind.CHECK_IN, about=done, state=MessageState.PENDING)
    assert [stamp(one.due_at) for one in asked] == ["2026-03-06T18:00Z", "2026-03-07T14:00Z"]
    check_in = clinic.check_ins(done)[CheckInKind.AFTER_24H]
    assert {one.expires_at for one in asked} == {check_in.closes_at}


def test_a_check_in_that_would_come_at_night_waits_for_the_morning(clinic):
    done = clinic.finished(ALICE, at="2026-03-05T14:00Z")
    late = clinic.messages(kind=Kind.CHECK_IN, about=done)[1]

    # 24 + 20 hours after 10:00 would be 6:00 in New York.
    assert stamp(late.due_at) == "2026-03-07T14:00Z"


def test_a_patient_without_texts_is_asked_by_mail(clinic):
    done = clinic.finished(EMMA)

    asked = clinic.messages(kind=Kind.CHECK_IN, about=done)
    assert {one.channel for one in asked} == {Channel.EMAIL}


def test_finishing_calls_off_what_was_still_planned(clinic):
    booked = clinic.booked(ALICE, at="2026-03-05T14:00Z")
    clinic.clock.set(booked.ends_at)

    clinic.finish(booked)

    waiting = clinic.messages(about=booked, state=MessageState.PENDING)
    assert {one.kind for one in waiting} == {Kind.CHECK_IN}


def test_a_session_that_was_missed_is_not_asked_about(clinic):
    booked = clinic.booked(ALICE, at="2026-03-05T14:00Z")
    clinic.clock.set(booked.ends_at)

    clinic.miss(booked)

    assert clinic.state(booked) is State.MISSED
    assert clinic.messages(about=booked, state=MessageState.PENDING) == []


@pytest.mark.parametrize("step", ["finish", "miss"])
def test_a_session_cannot_be_over_before_it_has_begun(clinic, step):
    booked = clinic.booked(ALICE)

    with pytest.raises(InvalidTransition):
        getattr(clinic, step)(booked)
    assert clinic.state(booked) is State.BOOKED


def test_a_session_finished_twice_is_refused_and_asked_about_once(clinic):
    done = clinic.finished(ALICE)

    with pytest.raises(InvalidTransition):
        clinic.finish(done)
    assert len(clinic.messages(kind=Kind.CHECK_IN, about=done)) == 2


def test_a_patient_sent_home_at_the_door_is_told_and_not_asked(clinic):
    booked = clinic.booked(ALICE)
    clinic.clock.set(booked.starts_at)
    clinic.arrive(booked)

    clinic.cancel(booked, by=CORA)

    assert clinic.state(booked) is State.CANCELLED
    assert Kind.CHECK_IN not in clinic.kinds(about=booked)
