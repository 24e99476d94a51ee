"""The day of the session: who came, who did not, and what follows."""

from uuid import UUID

from booking.clinic.unit_of_work import UnitOfWork
from booking.messaging import outbox
from booking.messaging import question_queries as question_store
from booking.messaging.kinds import Kind
from booking.scheduling import proofs
from booking.scheduling import states as rules
from booking.scheduling.events import SessionFinished, SessionMissed
from booking.scheduling.lookup import locked, note
from booking.scheduling.models import Appointment
from booking.scheduling.states import Proof, Transition


def arrive(uow: UnitOfWork, appointment_id: UUID) -> Appointment:
    """Note that the patient is here."""
    appointment = locked(uow, appointment_id)
    appointment.state = rules.next_state(appointment.state, Transition.ARRIVE)
    outbox.call_off(uow, appointment.id, reason="patient is here", kinds={Kind.REMINDER})
    note(uow, appointment, "arrived")
    proofs.prove(uow, appointment, Proof.SESSION)
    return appointment


def finish(uow: UnitOfWork, appointment_id: UUID) -> Appointment:
    """Note that the session took place; what follows is in booking/event_handlers.py."""
    appointment, now = locked(uow, appointment_id), uow.now
    appointment.state = rules.finished(appointment.state, starts_at=appointment.starts_at, now=now)
    appointment.finished_at = now
    outbox.call_off(uow, appointment.id, reason="session is done")
    question_store.close_of_appointment(uow.session, appointment.id, now)
    note(uow, appointment, "done")
    proofs.prove(uow, appointment, Proof.SESSION)
    uow.emit(SessionFinished(appointment))
    return appointment


def miss(uow: UnitOfWork, appointment_id: UUID) -> Appointment:
    """Note that the patient did not come."""
    appointment, now = locked(uow, appointment_id), uow.now
    appointment.state = rules.missed(appointment.state, starts_at=appointment.starts_at, now=now)
    outbox.call_off(uow, appointment.id, reason="session was missed")
    question_store.close_of_appointment(uow.session, appointment.id, now)
    note(uow, appointment, "missed")
    uow.emit(SessionMissed(appointment))
    return appointment
