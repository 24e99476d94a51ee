"""The day of the session: who came, who did not, and what follows."""

from uuid import UUID

from booking.clinic.unit_of_work import UnitOfWork
from booking.messaging import outbox
from booking.messaging.kinds import Kind
from booking.scheduling import notices, proofs
from booking.scheduling.events import SessionFinished, SessionMissed
from booking.scheduling.lookup import locked
from booking.scheduling.models import Appointment
from booking.scheduling.states import Proof, Transition
from booking.scheduling.transitions import transition


def arrive(uow: UnitOfWork, appointment_id: UUID) -> Appointment:
    """Note that the patient is here."""
    appointment = locked(uow, appointment_id)
    transition(uow, appointment, Transition.ARRIVE)
    outbox.call_off(uow, appointment.id, reason="patient is here", kinds={Kind.REMINDER})
    proofs.prove(uow, appointment, Proof.SESSION)
    return appointment


def finish(uow: UnitOfWork, appointment_id: UUID) -> Appointment:
    """Note that the session took place; what follows is in booking/event_handlers.py."""
    appointment = locked(uow, appointment_id)
    transition(uow, appointment, Transition.FINISH)
    notices.withdraw(uow, appointment, reason="session is done")
    proofs.prove(uow, appointment, Proof.SESSION)
    uow.emit(SessionFinished(appointment))
    return appointment


def miss(uow: UnitOfWork, appointment_id: UUID) -> Appointment:
    """Note that the patient did not come."""
    appointment = locked(uow, appointment_id)
    transition(uow, appointment, Transition.MISS)
    notices.withdraw(uow, appointment, reason="session was missed")
    uow.emit(SessionMissed(appointment))
    return appointment
