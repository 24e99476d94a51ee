from datetime import UTC, datetime, timedelta

import pytest

from booking.clinic.policy import BookingPolicy
from booking.kit.errors import InvalidTransition
from booking.scheduling.states import (
    BLOCKING_STATES,
    TRANSITIONS,
    EndReason,
    State,
    Transition,
    check,
    may_change,
    next_state,
    states_before,
)
from tests.refusals import refused

START = datetime(2026, 3, 5, 14, tzinfo=UTC)
SECOND = timedelta(seconds=1)
FINAL = {State.DONE, State.MISSED, State.CANCELLED}

# Read from the clinic's side: what may become of each state.
ALLOWED = {
    State.HELD: {
        Transition.BOOK: State.BOOKED,
        Transition.REQUEST: State.REQUESTED,
        Transition.RELEASE: State.CANCELLED,
        Transition.REFUSE: State.CANCELLED,
        Transition.LAPSE: State.CANCELLED,
        Transition.LOSE_THERAPIST: State.CANCELLED,
    },
    State.REQUESTED: {
        Transition.GRANT: State.BOOKED,
        Transition.MOVE: State.REQUESTED,
        Transition.CANCEL: State.CANCELLED,
        Transition.LOSE_THERAPIST: State.CANCELLED,
    },
    State.BOOKED: {
        Transition.CONFIRM: State.CONFIRMED,
        Transition.MOVE: State.BOOKED,
        Transition.ARRIVE: State.ARRIVED,
        Transition.FINISH: State.DONE,
        Transition.MISS: State.MISSED,
        Transition.CANCEL: State.CANCELLED,
        Transition.LOSE_THERAPIST: State.NEEDS_REASSIGNMENT,
    },
    State.CONFIRMED: {
        Transition.CONFIRM: State.CONFIRMED,
        Transition.MOVE: State.BOOKED,
        Transition.ARRIVE: State.ARRIVED,
        Transition.FINISH: State.DONE,
        Transition.MISS: State.MISSED,
        Transition.CANCEL: State.CANCELLED,
        Transition.LOSE_THERAPIST: State.NEEDS_REASSIGNMENT,
    },
    State.ARRIVED: {Transition.FINISH: State.DONE, Transition.CANCEL: State.CANCELLED},
    State.NEEDS_REASSIGNMENT: {
        Transition.REASSIGN: State.BOOKED,
        Transition.CANCEL: State.CANCELLED,
    },
    State.DONE: {},
    State.MISSED: {},
    State.CANCELLED: {Transition.RENEW: State.HELD, Transition.REFUSE: State.CANCELLED},
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("move", Transition)
def test_every_move_leads_where_the_clinic_says_or_is_refused(state, move):
    if move in ALLOWED[state]:
        assert next_state(state, move) is ALLOWED[state][move]
    else:
        with pytest.raises(InvalidTransition):
            next_state(state, move)


def reached_from(first, moves=TRANSITIONS):
    seen = {first}
    waiting = [first]
    while waiting:
        here = waiting.pop()
        for (state, _), target in moves.items():
            if state is here and target not in seen:
                seen.add(target)
                waiting.append(target)
    return seen


def test_every_state_can_be_reached_from_a_hold():
    assert reached_from(State.HELD) == set(State)


def test_every_move_is_possible_somewhere():
    assert {move for _, move in TRANSITIONS} == set(Transition)


@pytest.mark.parametrize("state", State)
def test_every_appointment_can_come_to_an_end(state):
    assert reached_from(state) & FINAL


def test_what_waits_for_a_clearance_becomes_a_session_by_no_other_way():
    others = {
        step: target
        for step, target in TRANSITIONS.items()
        if step[1] not in {Transition.GRANT, Transition.RENEW}
    }

    assert reached_from(State.REQUESTED, others) == {State.REQUESTED, State.CANCELLED}


@pytest.mark.parametrize("reason", sorted(set(EndReason) - {EndReason.HOLD_LAPSED}))
def test_of_all_that_was_cancelled_only_a_hold_that_ran_out_is_taken_up_again(reason):
    hours = {"starts_at": START, "now": START - SECOND}

    check(Transition.RENEW, State.CANCELLED, EndReason.HOLD_LAPSED, **hours)
    with refused(InvalidTransition, "no longer kept"):
        check(Transition.RENEW, State.CANCELLED, reason, **hours)


@pytest.mark.parametrize("step", Transition)
def test_what_a_step_may_start_from_is_what_the_table_says(step):
    assert states_before(step) == {state for state in State if step in ALLOWED[state]}


def test_only_what_is_over_or_moved_away_frees_the_therapists_time():
    assert set(State) - BLOCKING_STATES == {State.MISSED, State.CANCELLED, State.NEEDS_REASSIGNMENT}


def test_a_refusal_says_what_cannot_be_done():
    with refused(InvalidTransition, "that is cancelled cannot be confirmed") as caught:
        next_state(State.CANCELLED, Transition.CONFIRM)

    told = caught.value
    assert (told.machine, told.state, told.step) == ("appointment", "cancelled", "confirm")


@pytest.mark.parametrize("step", [Transition.FINISH, Transition.MISS])
def test_a_session_is_marked_from_its_start_on_and_not_before(step):
    with refused(InvalidTransition, "before it has begun"):
        check(step, State.BOOKED, None, starts_at=START, now=START - SECOND)

    check(step, State.BOOKED, None, starts_at=START, now=START)


def test_done_and_missed_are_told_apart():
    assert next_state(State.CONFIRMED, Transition.FINISH) is State.DONE
    assert next_state(State.CONFIRMED, Transition.MISS) is State.MISSED


def test_who_has_arrived_is_not_missed():
    with pytest.raises(InvalidTransition):
        next_state(State.ARRIVED, Transition.MISS)


@pytest.mark.parametrize(
    ("ahead", "allowed"),
    [
        (timedelta(hours=24) + SECOND, True),
        (timedelta(hours=24), True),
        (timedelta(hours=24) - SECOND, False),
        (-SECOND, False),
    ],
)
def test_a_patient_may_change_up_to_the_cut_off(ahead, allowed):
    assert may_change(START, START - ahead, BookingPolicy()) is allowed


def test_a_clinic_may_set_its_own_cut_off():
    policy = BookingPolicy(change_cutoff=timedelta(hours=2))

    assert may_change(START, START - timedelta(hours=3), policy)
