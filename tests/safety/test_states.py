"""What may become of an alert: it is taken in hand once, closed once, and never opened again."""

import pytest

from booking.kit.errors import InvalidTransition
from booking.safety.states import TRANSITIONS, AlertState, Transition, next_state
from tests.refusals import refused

ALLOWED = {
    AlertState.OPEN: {
        Transition.ACKNOWLEDGE: AlertState.ACKNOWLEDGED,
        Transition.CLOSE: AlertState.CLOSED,
    },
    AlertState.ACKNOWLEDGED: {
        Transition.ACKNOWLEDGE: AlertState.ACKNOWLEDGED,
        Transition.CLOSE: AlertState.CLOSED,
    },
    AlertState.CLOSED: {},
}


@pytest.mark.parametrize("state", AlertState)
@pytest.mark.parametrize("step", Transition)
def test_every_step_leads_where_the_clinic_says_or_is_refused(state, step):
    if step in ALLOWED[state]:
        assert next_state(state, step) is ALLOWED[state][step]
        return
    with refused(InvalidTransition, "closed already") as caught:
        next_state(state, step)
    told = caught.value
    assert (told.machine, told.state, told.step) == ("alert", state, step)


def test_no_alert_is_opened_again():
    assert AlertState.OPEN not in TRANSITIONS.values()
