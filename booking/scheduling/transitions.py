"""The one way to change an appointment's state, with all that a step writes beside it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from booking.clinic.actor import PatientActor
from booking.clinic.unit_of_work import UnitOfWork
from booking.scheduling import queries as appointment_queries
from booking.scheduling import states
from booking.scheduling.lookup import note
from booking.scheduling.models import Appointment
from booking.scheduling.states import EndReason, State, Transition

_AUDITED_AS: Final[Mapping[Transition, str]] = MappingProxyType(
    {
        Transition.BOOK: "booked",
        Transition.REQUEST: "requested",
        Transition.GRANT: "cleared",
        Transition.CONFIRM: "confirmed",
        Transition.MOVE: "moved",
        Transition.ARRIVE: "arrived",
        Transition.FINISH: "done",
        Transition.MISS: "missed",
        Transition.CANCEL: "cancelled",
    }
)
"""How the record of acts names a step; what becomes of a hold is no act on a patient's data."""
_ENDS_FOR: Final[Mapping[Transition, EndReason]] = MappingProxyType(
    {
        Transition.RELEASE: EndReason.RELEASED,
        Transition.REFUSE: EndReason.NOT_TODAY,
        Transition.LAPSE: EndReason.HOLD_LAPSED,
        Transition.LOSE_THERAPIST: EndReason.LOST_THERAPIST,
    }
)


def transition(uow: UnitOfWork, appointment: Appointment, step: Transition) -> None:
    """Take a step of an appointment: its state, its times, and the record of who took it.

    Raises InvalidTransition where the table has no such step, or it needs more than the table.
    """
    for column, value in _changes(uow, appointment, step).items():
        setattr(appointment, column, value)
    _record(uow, appointment, step)


def transition_if_free(
    uow: UnitOfWork, appointment: Appointment, step: Transition, times: Mapping[str, Any]
) -> bool:
    """Take a step that needs the therapist's time; False where somebody else has that time.

    `times` are the columns of another time. Raises InvalidTransition as `transition` does.
    """
    changes = {**times, **_changes(uow, appointment, step)}
    if not appointment_queries.change_if_free(uow.session, appointment, changes):
        return False
    _record(uow, appointment, step)
    return True


def lapse(session: Session, hold_ids: Sequence[UUID], now: datetime) -> None:
    """End holds whose time is over, in one statement; what is no hold any more stays."""
    step = Transition.LAPSE
    appointment_queries.change_those_in(
        session,
        hold_ids,
        states.states_before(step),
        {"state": State.CANCELLED, "reason": _ENDS_FOR[step], "cancelled_at": now},
    )


def _changes(uow: UnitOfWork, appointment: Appointment, step: Transition) -> dict[str, Any]:
    """Return the columns that a step writes."""
    now, was = uow.now, appointment.state
    states.check(step, was, appointment.reason, starts_at=appointment.starts_at, now=now)
    state = states.next_state(was, step)
    changes: dict[str, Any] = {"state": state}
    if state is State.CANCELLED:
        changes |= {"cancelled_at": now, "reason": _ENDS_FOR.get(step) or _called_off_by(uow)}
    match step:
        case Transition.BOOK | Transition.REQUEST:
            changes |= {"booked_at": now, "hold_expires_at": None}
        case Transition.RENEW:
            expires_at = now + uow.policies.booking.hold
            changes |= {"cancelled_at": None, "reason": None, "hold_expires_at": expires_at}
        case Transition.CONFIRM:
            changes["confirmed_at"] = appointment.confirmed_at or now
        case Transition.MOVE:
            changes |= {"version": appointment.version + 1, "confirmed_at": None}
        case Transition.CANCEL:
            changes["version"] = appointment.version + 1
        case Transition.FINISH:
            changes["finished_at"] = now
    return changes


def _called_off_by(uow: UnitOfWork) -> EndReason:
    return EndReason.BY_PATIENT if isinstance(uow.actor, PatientActor) else EndReason.BY_CLINIC


def _record(uow: UnitOfWork, appointment: Appointment, step: Transition) -> None:
    if step in _AUDITED_AS:
        note(uow, appointment, _AUDITED_AS[step])
