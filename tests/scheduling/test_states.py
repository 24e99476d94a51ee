from datetime import UTC, datetime, timedelta

import pytest

from booking.clinic.policy import BookingPolicy
from booking.kit.errors import MoveNotAllowed
from booking.scheduling.states import (
    BLOCKING_STATES,
    TRANSITIONS,
    State,
    Transition,
    finished,
    may_change,
    missed,
    next_state,
)

START = datetime(2026, 3, 5, 14, tzinfo=UTC)
SECOND = timedelta(seconds=1)
FINAL = {State.DONE, State.MISSED, State.CANCELLED}

# Read from the clinic's side: what may become of each state.
ALLOWED = {
    State.HELD: {
        Transition.BOOK: State.BOOKED,
        Transition.REQUEST: State.REQUESTED,
        Transition.CANCEL: State.CANCELLED,
        Transition.LAPSE: State.CANCELLED,
        Transition.LOSE_THERAPIST: State.CANCELLED,
    },
    State.REQUESTED: {
        Transition.GRANT: State.BOOKED,
        Transition.CANCEL: State.CANCELLED,
        Transition.LOSE_THERAPIST: State.CANCELLED,
    },
    State.BOOKED: {
        Transition.CONFIRM: State.CONFIRMED,
        Transition.ARRIVE: State.ARRIVED,
        Transition.FINISH: State.DONE,
        Transition.MISS: State.MISSED,
        Transition.CANCEL: State.CANCELLED,
        Transition.LOSE_THERAPIST: State.NEEDS_REASSIGNMENT,
    },
    State.CONFIRMED: {
        Transition.CONFIRM: State.CONFIRMED,
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
    State.CANCELLED: {},
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("move", Transition)
def test_every_move_leads_where_the_clinic_says_or_is_refused(state, move):
    if move in ALLOWED[state]:
        assert next_state(state, move) is ALLOWED[state][move]
    else:
        with pytest.raises(MoveNotAllowed):
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
    without_grant = {
        step: target for step, target in TRANSITIONS.items() if step[1] is not Transition.GRANT
    }

    assert reached_from(State.REQUESTED, without_grant) == {State.REQUESTED, State.CANCELLED}


def test_only_what_is_over_or_moved_away_frees_the_therapists_time():
    assert set(State) - BLOCKING_STATES == {State.MISSED, State.CANCELLED, State.NEEDS_REASSIGNMENT}


def test_a_refusal_says_what_cannot_be_done():
    with pytest.raises(MoveNotAllowed, match="that is cancelled cannot be confirmed"):
        next_state(State.CANCELLED, Transition.CONFIRM)


@pytest.mark.parametrize("mark", [finished, missed])
def test_a_session_is_marked_from_its_start_on_and_not_before(mark):
    with pytest.raises(MoveNotAllowed, match="before it has begun"):
        mark(State.BOOKED, starts_at=START, now=START - SECOND)

    assert mark(State.BOOKED, starts_at=START, now=START) in {State.DONE, State.MISSED}


def test_done_and_missed_are_told_apart():
    assert finished(State.CONFIRMED, starts_at=START, now=START) is State.DONE
    assert missed(State.CONFIRMED, starts_at=START, now=START) is State.MISSED


def test_who_has_arrived_is_not_missed():
    with pytest.raises(MoveNotAllowed):
        missed(State.ARRIVED, starts_at=START, now=START + SECOND)


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
