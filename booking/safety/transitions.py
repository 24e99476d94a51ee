"""The one way to change an alert's state, with all that a step writes beside it."""

from booking.clinic.actor import staff_id
from booking.clinic.unit_of_work import UnitOfWork
from booking.safety import states
from booking.safety.models import Alert
from booking.safety.states import AlertState, Transition


def transition(
    uow: UnitOfWork, alert: Alert, step: Transition, *, outcome: str | None = None
) -> None:
    """Take a step of an alert, and name who took it and when; closing it needs what came of it.

    Raises InvalidTransition where the table has no such step.
    """
    alert.state = states.next_state(alert.state, step)
    who = staff_id(uow.actor)
    if alert.acknowledged_at is None:
        alert.acknowledged_at, alert.acknowledged_by = uow.now, who
    if alert.state is AlertState.CLOSED:
        alert.closed_at, alert.closed_by, alert.outcome = uow.now, who, outcome
