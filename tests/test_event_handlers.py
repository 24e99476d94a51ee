"""What follows each announcement, in order, and in the same transaction."""

import inspect
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from booking.accounts.events import AccountChanged, AccountLinkMade
from booking.checkins import service as check_ins
from booking.checkins.rules.scores import CheckInKind
from booking.clinic.actor import System
from booking.event_handlers import HANDLERS
from booking.messaging import account_mails
from booking.safety import screening
from booking.safety.rules.red_flags import Tier
from booking.scheduling import events, zone_rules
from booking.scheduling.events import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMoved,
    AppointmentRequested,
    IntakeGiven,
    SessionFinished,
    SessionMissed,
    WallTimeKept,
)
from booking.scheduling.states import State
from tests.build.cast import ALICE, CORA
from tests.build.zone_rules import new_rules

EVERY = [
    one
    for _, one in inspect.getmembers(events, inspect.isclass)
    if one.__module__ == events.__name__
]
OF_ACCOUNTS = (AccountLinkMade, AccountChanged)
AT, LATER = "2026-03-05T14:00Z", "2026-03-09T14:00Z"


@pytest.fixture
def announced(clinic):
    """What is announced from here on, in order; what follows follows all the same."""
    seen = []

    def note(_uow, event):
        seen.append(type(event))

    noted = {one: (note, *HANDLERS.get(one, ())) for one in EVERY}
    clinic.runtime = replace(clinic.runtime, handlers=noted)
    return seen


@pytest.mark.parametrize("event", EVERY)
def test_each_is_announced_by_a_verb_of_scheduling(event):
    verbs = Path(events.__file__).parent.glob("*.py")

    assert any(f"emit({event.__name__}(" in verb.read_text() for verb in verbs)


def test_what_follows_each_announcement():
    assert {one: HANDLERS.get(one, ()) for one in EVERY} == {
        IntakeGiven: (screening.screen_intake,),
        AppointmentRequested: (),
        AppointmentBooked: (check_ins.plan_baseline,),
        AppointmentMoved: (check_ins.move_baseline,),
        WallTimeKept: (check_ins.move_baseline,),
        AppointmentCancelled: (),
        SessionFinished: (check_ins.plan_after_session,),
        SessionMissed: (),
    }
    of_accounts = {one: HANDLERS[one] for one in OF_ACCOUNTS}
    assert of_accounts == {
        AccountLinkMade: (account_mails.mail_link,),
        AccountChanged: (account_mails.mail_change,),
    }
    assert set(HANDLERS) <= {*EVERY, *OF_ACCOUNTS}


def test_every_process_hands_what_is_announced_to_these_handlers(clinic):
    assert clinic.runtime.handlers is HANDLERS


def test_a_booking_announces_its_intake_first_and_gets_its_check_in(clinic, announced):
    booked = clinic.booked(ALICE, at=AT)

    assert announced == [IntakeGiven, AppointmentBooked]
    assert set(clinic.check_ins(booked)) == {CheckInKind.BASELINE}


def test_a_request_announces_its_intake_and_is_booked_by_its_clearance(clinic, announced):
    requested = clinic.booked(ALICE, at=AT, anticoagulant="warfarin")
    assert requested.state is State.REQUESTED
    assert announced == [IntakeGiven, AppointmentRequested]
    assert clinic.check_ins(requested) == {}

    clinic.grant(requested)

    assert announced[2:] == [AppointmentBooked]
    assert set(clinic.check_ins(requested)) == {CheckInKind.BASELINE}


def test_a_crisis_in_an_intake_raises_an_alert_before_anything_else_follows(clinic, announced):
    clinic.booked(ALICE, at=AT, note="I want to kill myself")

    [alert] = clinic.alerts()
    assert alert.tier is Tier.CRISIS
    assert announced == [IntakeGiven, AppointmentBooked]


def test_a_move_announces_itself_and_takes_the_check_in_along(clinic, announced):
    booked = clinic.booked(ALICE, at=AT)
    before = clinic.check_ins(booked)[CheckInKind.BASELINE]

    moved = clinic.move(booked, to=LATER)

    after = clinic.check_ins(booked)[CheckInKind.BASELINE]
    assert announced[2:] == [AppointmentMoved]
    assert after.due_at - before.due_at == moved.starts_at - booked.starts_at


def test_a_kept_wall_time_is_no_move_and_takes_the_check_in_along(clinic, announced, tmp_path):
    booked = clinic.booked(ALICE, at="2026-03-05T15:00Z")
    before = clinic.check_ins(booked)[CheckInKind.BASELINE]

    changed = new_rules(tmp_path / "zones", America__New_York="America/Chicago")
    with changed, clinic.unit_of_work(System.ZONE_RULES) as uow:
        assert zone_rules.keep_wall_time(uow, booked.id)

    after = clinic.check_ins(booked)[CheckInKind.BASELINE]
    assert announced[2:] == [WallTimeKept]
    assert after.due_at - before.due_at == timedelta(hours=1)


def test_the_end_of_a_session_announces_what_became_of_it(clinic, announced):
    done = clinic.finished(ALICE, at=AT)
    assert announced[2:] == [SessionFinished]
    assert set(clinic.check_ins(done)) == {CheckInKind.BASELINE, CheckInKind.AFTER_24H}

    missed = clinic.booked(ALICE, at=LATER)
    clinic.clock.set(missed.ends_at)
    clinic.miss(missed)
    assert announced[-1] is SessionMissed

    cancelled = clinic.booked(ALICE, at="2026-03-11T14:00Z")
    clinic.cancel(cancelled, by=CORA)
    assert announced[-1] is AppointmentCancelled


def test_what_is_done_twice_is_announced_once(clinic, announced):
    booked = clinic.booked(ALICE, at=AT)
    clinic.move(booked, to=AT)
    clinic.cancel(booked, by=CORA)
    clinic.cancel(booked, by=CORA)

    assert announced == [IntakeGiven, AppointmentBooked, AppointmentCancelled]


def test_a_handler_that_fails_undoes_the_whole_step(clinic):
    def fail(_uow, _event):
        raise ZeroDivisionError

    booked = clinic.booked(ALICE, at=AT)
    clinic.runtime = replace(clinic.runtime, handlers={AppointmentMoved: (fail,)})

    with pytest.raises(ZeroDivisionError):
        clinic.move(booked, to=LATER)

    assert clinic.reload(booked).starts_at == booked.starts_at
    assert clinic.reload(booked).version == booked.version
