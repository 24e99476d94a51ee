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


LIVE: Final = frozenset(
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


class Move(StrEnum):
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


MOVES: Final[Mapping[tuple[State, Move], State]] = MappingProxyType(
    {
        (State.HELD, Move.BOOK): State.BOOKED,
        (State.HELD, Move.REQUEST): State.REQUESTED,
        (State.HELD, Move.CANCEL): State.CANCELLED,
        (State.HELD, Move.LAPSE): State.CANCELLED,
        (State.HELD, Move.LOSE_THERAPIST): State.CANCELLED,
        (State.REQUESTED, Move.GRANT): State.BOOKED,
        (State.REQUESTED, Move.CANCEL): State.CANCELLED,
        # Not "needs reassignment": being reassigned leads to booked, and a session that still
        # waits for a clinician's clearance must never become booked by a side door.
        (State.REQUESTED, Move.LOSE_THERAPIST): State.CANCELLED,
        (State.BOOKED, Move.CONFIRM): State.CONFIRMED,
        (State.BOOKED, Move.ARRIVE): State.ARRIVED,
        (State.BOOKED, Move.FINISH): State.DONE,
        (State.BOOKED, Move.MISS): State.MISSED,
        (State.BOOKED, Move.CANCEL): State.CANCELLED,
        (State.BOOKED, Move.LOSE_THERAPIST): State.NEEDS_REASSIGNMENT,
        # Patients answer "C" to both reminders; the second changes nothing.
        (State.CONFIRMED, Move.CONFIRM): State.CONFIRMED,
        (State.CONFIRMED, Move.ARRIVE): State.ARRIVED,
        (State.CONFIRMED, Move.FINISH): State.DONE,
        (State.CONFIRMED, Move.MISS): State.MISSED,
        (State.CONFIRMED, Move.CANCEL): State.CANCELLED,
        (State.CONFIRMED, Move.LOSE_THERAPIST): State.NEEDS_REASSIGNMENT,
        (State.ARRIVED, Move.FINISH): State.DONE,
        # Here, but not well enough: the session is called off at the door.
        (State.ARRIVED, Move.CANCEL): State.CANCELLED,
        (State.NEEDS_REASSIGNMENT, Move.REASSIGN): State.BOOKED,
        (State.NEEDS_REASSIGNMENT, Move.CANCEL): State.CANCELLED,
    }
)
"""From a state by a move to the next state; what is not here is not allowed."""

_DONE_TO: Final[Mapping[Move, str]] = MappingProxyType(
    {
        Move.BOOK: "booked",
        Move.REQUEST: "requested",
        Move.GRANT: "cleared",
        Move.CONFIRM: "confirmed",
        Move.ARRIVE: "marked as arrived",
        Move.FINISH: "marked as done",
        Move.MISS: "marked as missed",
        Move.CANCEL: "cancelled",
        Move.LAPSE: "ended as an expired hold",
        Move.LOSE_THERAPIST: "taken from its therapist",
        Move.REASSIGN: "given to another therapist",
    }
)


def after(state: State, move: Move) -> State:
    """Return the state this move leads to; raises MoveNotAllowed where there is none.

    The table alone: use `finished` and `missed` for the two moves that also need the time.
    """
    try:
        return MOVES[state, move]
    except KeyError:
        raise MoveNotAllowed(
            f"An appointment that is {_in_words(state)} cannot be {_DONE_TO[move]}."
        ) from None


def finished(state: State, *, starts_at: datetime, now: datetime) -> State:
    """Return the state after the session took place; not before it has begun."""
    return _after_start(state, Move.FINISH, starts_at, now)


def missed(state: State, *, starts_at: datetime, now: datetime) -> State:
    """Return the state after nobody came; not before the session has begun."""
    return _after_start(state, Move.MISS, starts_at, now)


def may_change(starts_at: datetime, now: datetime, policy: BookingPolicy) -> bool:
    """Whether the patient may still move or cancel alone; the cut-off instant itself counts."""
    return starts_at - now >= policy.change_cutoff


def _after_start(state: State, move: Move, starts_at: datetime, now: datetime) -> State:
    if now < starts_at:
        raise MoveNotAllowed(f"A session cannot be {_DONE_TO[move]} before it has begun.")
    return after(state, move)


def _in_words(state: State) -> str:
    return "waiting for a new therapist" if state is State.NEEDS_REASSIGNMENT else state.value
