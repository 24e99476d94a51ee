"""What an appointment can be, and every step it may take."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from booking.clinic.policy import BookingPolicy
from booking.kit.errors import InvalidTransition


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


class EndReason(StrEnum):
    """Why an appointment, or a hold, came to nothing."""

    BY_PATIENT = "by_patient"
    BY_CLINIC = "by_clinic"
    RELEASED = "released"
    """Whoever held the slot gave it back."""
    NOT_TODAY = "not_today"
    """What the form says rules the session out."""
    HOLD_LAPSED = "hold_lapsed"
    LOST_THERAPIST = "lost_therapist"


OPEN_STATES: Final = frozenset({State.REQUESTED, State.BOOKED, State.CONFIRMED})
"""A session that is still to come."""
REMINDED: Final = frozenset({State.BOOKED, State.CONFIRMED})
"""Sessions that reminders are sent of."""
WEAK: Final = frozenset({Proof.FIRST, Proof.EARLIER})
"""What a real proof takes the place of."""


class Transition(StrEnum):
    """A step an appointment may take."""

    BOOK = "book"
    REQUEST = "request"
    GRANT = "grant"
    CONFIRM = "confirm"
    MOVE = "move"
    ARRIVE = "arrive"
    FINISH = "finish"
    MISS = "miss"
    CANCEL = "cancel"
    LAPSE = "lapse"
    RENEW = "renew"
    RELEASE = "release"
    REFUSE = "refuse"
    LOSE_THERAPIST = "lose_therapist"
    REASSIGN = "reassign"


TRANSITIONS: Final[Mapping[tuple[State, Transition], State]] = MappingProxyType(
    {
        (State.HELD, Transition.BOOK): State.BOOKED,
        (State.HELD, Transition.REQUEST): State.REQUESTED,
        (State.HELD, Transition.RELEASE): State.CANCELLED,
        (State.HELD, Transition.REFUSE): State.CANCELLED,
        (State.HELD, Transition.LAPSE): State.CANCELLED,
        (State.HELD, Transition.LOSE_THERAPIST): State.CANCELLED,
        (State.REQUESTED, Transition.GRANT): State.BOOKED,
        (State.REQUESTED, Transition.MOVE): State.REQUESTED,
        (State.REQUESTED, Transition.CANCEL): State.CANCELLED,
        # Not "needs reassignment": being reassigned leads to booked, and a session that still
        # waits for a clinician's clearance must never become booked by a side door.
        (State.REQUESTED, Transition.LOSE_THERAPIST): State.CANCELLED,
        (State.BOOKED, Transition.CONFIRM): State.CONFIRMED,
        (State.BOOKED, Transition.MOVE): State.BOOKED,
        (State.BOOKED, Transition.ARRIVE): State.ARRIVED,
        (State.BOOKED, Transition.FINISH): State.DONE,
        (State.BOOKED, Transition.MISS): State.MISSED,
        (State.BOOKED, Transition.CANCEL): State.CANCELLED,
        (State.BOOKED, Transition.LOSE_THERAPIST): State.NEEDS_REASSIGNMENT,
        # Patients answer "C" to both reminders; the second changes nothing.
        (State.CONFIRMED, Transition.CONFIRM): State.CONFIRMED,
        # Moving takes back a confirmation: the patient said yes to the old time.
        (State.CONFIRMED, Transition.MOVE): State.BOOKED,
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
        # Only a hold that ran out: `check` tells it from every other end.
        (State.CANCELLED, Transition.RENEW): State.HELD,
        # The answers that came with a hold that had ended already.
        (State.CANCELLED, Transition.REFUSE): State.CANCELLED,
    }
)
"""From a state by a step to the next state; what is not here is not allowed."""

AFTER_START: Final = frozenset({Transition.FINISH, Transition.MISS})
"""The steps that need the session to have begun."""


def next_state(state: State, step: Transition) -> State:
    """Return the state this step leads to; raises InvalidTransition where there is none.

    The table alone: `check` tells what else a step needs.
    """
    try:
        return TRANSITIONS[state, step]
    except KeyError:
        if step is Transition.MOVE:
            raise _refusal(state, step, "not_movable") from None
        raise _refusal(state, step, "move_from_state") from None


def states_before(step: Transition) -> frozenset[State]:
    """Return the states that a step may start from."""
    return frozenset(state for state, taken in TRANSITIONS if taken is step)


def check(
    step: Transition, state: State, reason: EndReason | None, *, starts_at: datetime, now: datetime
) -> None:
    """Raise InvalidTransition where the table alone would allow too much.

    A session must have begun for some steps and must not have for another, and of all that was
    cancelled only a hold that ran out is taken up again.
    """
    if step in AFTER_START and now < starts_at:
        raise _refusal(state, step, "move_before_start")
    if step is Transition.CONFIRM and now >= starts_at:
        raise _refusal(state, step, "session_begun")
    if step is Transition.RENEW and not is_kept_or_lapsed(state, reason):
        raise _refusal(state, step, "not_kept")


def is_kept_or_lapsed(state: State, reason: EndReason | None) -> bool:
    """Whether a hold stands, or only ran out: then it is taken up again while its time is free."""
    return state is State.HELD or reason is EndReason.HOLD_LAPSED


def may_change(starts_at: datetime, now: datetime, policy: BookingPolicy) -> bool:
    """Whether the patient may still move or cancel alone; the cut-off instant itself counts."""
    return starts_at - now >= policy.change_cutoff


def _refusal(state: State, step: Transition, why: str) -> InvalidTransition:
    return InvalidTransition(why, machine="appointment", state=state, step=step)
