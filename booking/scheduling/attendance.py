"""The day of the session: who came, who did not, and what follows."""

from datetime import timedelta
from uuid import UUID

from booking.clinic.unit_of_work import UnitOfWork
from booking.messaging import outbox
from booking.messaging.kinds import Kind
from booking.messaging.reason import Reason
from booking.scheduling import notices, proofs
from booking.scheduling.events import SessionFinished, SessionMissed
from booking.scheduling.lookup import locked
from booking.scheduling.models import Appointment
from booking.scheduling.states import TRANSITIONS, Proof, Transition
from booking.scheduling.transitions import transition

AT_THE_DOOR = timedelta(hours=12)
"""Nobody arrives longer before a session than this: a slip of the finger, not a fact."""


def open_steps(uow: UnitOfWork, appointment: Appointment) -> frozenset[Transition]:
    """Return the steps of the day of a session, and its cancellation, that make sense now."""
    begun = uow.now >= appointment.starts_at
    timely = {
        Transition.ARRIVE: uow.now >= appointment.starts_at - AT_THE_DOOR,
        Transition.FINISH: begun,
        Transition.MISS: begun,
        Transition.CANCEL: True,
    }
    return frozenset(
        step
        for step, is_timely in timely.items()
        if is_timely and (appointment.state, step) in TRANSITIONS
    )


def arrive(uow: UnitOfWork, appointment_id: UUID) -> Appointment:
    """Note that the patient is here."""
    appointment = locked(uow, appointment_id)
    transition(uow, appointment, Transition.ARRIVE)
    outbox.cancel_pending(uow, appointment.id, reason=Reason.PATIENT_HERE, kinds={Kind.REMINDER})
    proofs.prove(uow, appointment, Proof.SESSION)
    return appointment


def finish(uow: UnitOfWork, appointment_id: UUID) -> Appointment:
    """Note that the session took place; what follows is in booking/event_handlers.py."""
    appointment = locked(uow, appointment_id)
    transition(uow, appointment, Transition.FINISH)
    notices.withdraw(uow, appointment, reason=Reason.SESSION_DONE)
    proofs.prove(uow, appointment, Proof.SESSION)
    uow.emit(SessionFinished(appointment))
    return appointment


def miss(uow: UnitOfWork, appointment_id: UUID) -> Appointment:
    """Note that the patient did not come."""
    appointment = locked(uow, appointment_id)
    transition(uow, appointment, Transition.MISS)
    notices.withdraw(uow, appointment, reason=Reason.SESSION_MISSED)
    uow.emit(SessionMissed(appointment))
    return appointment
