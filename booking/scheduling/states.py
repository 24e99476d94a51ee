"""What an appointment can be, and every step it may take."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from booking.clinic.policy import BookingPolicy
from booking.kit.errors import MoveNotAllowed


class State(StrEnum):
    """Where an appointment stands."""

    HELD = "held"
    REQUESTED = "requested"
    BOOKED = "booked"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    DONE = "done"
    MISSED = "missed"
    CANCELLED = "cancelled"
    NEEDS_REASSIGNMENT = "needs_reassignment"


BLOCKING_STATES: Final = frozenset(
    {
        State.HELD,
        State.REQUESTED,
        State.BOOKED,
        State.CONFIRMED,
        State.ARRIVED,
        State.DONE,
    }
)
"""The states that block the therapist's time."""


class Proof(StrEnum):
    """How it showed that a booking is the patient's own."""

    FIRST = "first"
    """Nobody was known by this name, phone and mail address: there was nothing to protect."""
    EARLIER = "earlier"
    """It was made before this was asked."""
    REPLY = "reply"
    TEXT_LINK = "text_link"
    MAIL_LINK = "mail_link"
    SESSION = "session"
    """The patient came."""


OPEN_STATES: Final = frozenset({State.REQUESTED, State.BOOKED, State.CONFIRMED})
"""A session that is still to come."""
REMINDED: Final = frozenset({State.BOOKED, State.CONFIRMED})
"""Sessions that reminders are sent of."""
PROVES_PHONE: Final = frozenset({Proof.REPLY, Proof.TEXT_LINK})
"""What only who has the phone could do."""
WEAK: Final = frozenset({Proof.FIRST, Proof.EARLIER})
"""What a real proof takes the place of."""


class Transition(StrEnum):
    """A step an appointment may take."""

    BOOK = "book"
    REQUEST = "request"
    GRANT = "grant"
    CONFIRM = "confirm"
    ARRIVE = "arrive"
    FINISH = "finish"
    MISS = "miss"
    CANCEL = "cancel"
    LAPSE = "lapse"
    LOSE_THERAPIST = "lose_therapist"
    REASSIGN = "reassign"


TRANSITIONS: Final[Mapping[tuple[State, Transition], State]] = MappingProxyType(
    {
        (State.HELD, Transition.BOOK): State.BOOKED,
        (State.HELD, Transition.REQUEST): State.REQUESTED,
        (State.HELD, Transition.CANCEL): State.CANCELLED,
        (State.HELD, Transition.LAPSE): State.CANCELLED,
        (State.HELD, Transition.LOSE_THERAPIST): State.CANCELLED,
        (State.REQUESTED, Transition.GRANT): State.BOOKED,
        (State.REQUESTED, Transition.CANCEL): State.CANCELLED,
        # Not "needs reassignment": being reassigned leads to booked, and a session that still
        # waits for a clinician's clearance must never become booked by a side door.
        (State.REQUESTED, Transition.LOSE_THERAPIST): State.CANCELLED,
        (State.BOOKED, Transition.CONFIRM): State.CONFIRMED,
        (State.BOOKED, Transition.ARRIVE): State.ARRIVED,
        (State.BOOKED, Transition.FINISH): State.DONE,
        (State.BOOKED, Transition.MISS): State.MISSED,
        (State.BOOKED, Transition.CANCEL): State.CANCELLED,
        (State.BOOKED, Transition.LOSE_THERAPIST): State.NEEDS_REASSIGNMENT,
        # Patients answer "C" to both reminders; the second changes nothing.
        (State.CONFIRMED, Transition.CONFIRM): State.CONFIRMED,
        (State.CONFIRMED, Transition.ARRIVE): State.ARRIVED,
        (State.CONFIRMED, Transition.FINISH): State.DONE,
        (State.CONFIRMED, Transition.MISS): State.MISSED,
        (State.CONFIRMED, Transition.CANCEL): State.CANCELLED,
        (State.CONFIRMED, Transition.LOSE_THERAPIST): State.NEEDS_REASSIGNMENT,
        (State.ARRIVED, Transition.FINISH): State.DONE,
        # Here, but not well enough: the session is called off at the door.
        (State.ARRIVED, Transition.CANCEL): State.CANCELLED,
        (State.NEEDS_REASSIGNMENT, Transition.REASSIGN): State.BOOKED,
        (State.NEEDS_REASSIGNMENT, Transition.CANCEL): State.CANCELLED,
    }
)
"""From a state by a step to the next state; what is not here is not allowed."""

_DONE_TO: Final[Mapping[Transition, str]] = MappingProxyType(
    {
        Transition.BOOK: "booked",
        Transition.REQUEST: "requested",
        Transition.GRANT: "cleared",
        Transition.CONFIRM: "confirmed",
        Transition.ARRIVE: "marked as arrived",
        Transition.FINISH: "marked as done",
        Transition.MISS: "marked as missed",
        Transition.CANCEL: "cancelled",
        Transition.LAPSE: "ended as an expired hold",
        Transition.LOSE_THERAPIST: "taken from its therapist",
        Transition.REASSIGN: "given to another therapist",
    }
)


def next_state(state: State, step: Transition) -> State:
    """Return the state this step leads to; raises MoveNotAllowed where there is none.

    The table alone: use `finished` and `missed` for the two steps that also need the time.
    """
    try:
        return TRANSITIONS[state, step]
    except KeyError:
        raise MoveNotAllowed(
            f"An appointment that is {_in_words(state)} cannot be {_DONE_TO[step]}."
        ) from None


def finished(state: State, *, starts_at: datetime, now: datetime) -> State:
    """Return the state after the session took place; not before it has begun."""
    return _after_start(state, Transition.FINISH, starts_at, now)


def missed(state: State, *, starts_at: datetime, now: datetime) -> State:
    """Return the state after nobody came; not before the session has begun."""
    return _after_start(state, Transition.MISS, starts_at, now)


def may_change(starts_at: datetime, now: datetime, policy: BookingPolicy) -> bool:
    """Whether the patient may still move or cancel alone; the cut-off instant itself counts."""
    return starts_at - now >= policy.change_cutoff


def _after_start(state: State, step: Transition, starts_at: datetime, now: datetime) -> State:
    if now < starts_at:
        raise MoveNotAllowed(f"A session cannot be {_DONE_TO[step]} before it has begun.")
    return next_state(state, step)


def _in_words(state: State) -> str:
    return "waiting for a new therapist" if state is State.NEEDS_REASSIGNMENT else state.value
