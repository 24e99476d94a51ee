"""Where an alert stands, and every step it may take."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from booking.kit.errors import InvalidTransition


class AlertState(StrEnum):
    """Where an alert stands; none is ever deleted."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"


class Transition(StrEnum):
    """A step an alert may take."""

    ACKNOWLEDGE = "acknowledge"
    CLOSE = "close"


TRANSITIONS: Final[Mapping[tuple[AlertState, Transition], AlertState]] = MappingProxyType(
    {
        (AlertState.OPEN, Transition.ACKNOWLEDGE): AlertState.ACKNOWLEDGED,
        # Two may press the button; the first one stays named.
        (AlertState.ACKNOWLEDGED, Transition.ACKNOWLEDGE): AlertState.ACKNOWLEDGED,
        # Whoever closes an open one has also seen it.
        (AlertState.OPEN, Transition.CLOSE): AlertState.CLOSED,
        (AlertState.ACKNOWLEDGED, Transition.CLOSE): AlertState.CLOSED,
    }
)
"""From a state by a step to the next state; what was written as it was closed stays."""


def next_state(state: AlertState, step: Transition) -> AlertState:
    """Return the state this step leads to; raises InvalidTransition where there is none."""
    try:
        return TRANSITIONS[state, step]
    except KeyError:
        raise InvalidTransition("alert_closed", machine="alert", state=state, step=step) from None
