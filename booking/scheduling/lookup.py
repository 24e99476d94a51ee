"""Finding the appointment a step is about, and noting that the step was taken."""

from uuid import UUID

from booking.audit.service import audit
from booking.clinic.actor import PatientActor
from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.errors import NotFound
from booking.scheduling import queries as store
from booking.scheduling.models import Appointment


def existing(uow: UnitOfWork, appointment_id: UUID) -> Appointment:
    """Return an appointment; raises NotFound."""
    return _found(store.get(uow.session, appointment_id))


def locked(uow: UnitOfWork, appointment_id: UUID) -> Appointment:
    """Return an appointment that nobody else can change until this transaction ends."""
    return _found(store.get(uow.session, appointment_id, lock=True))


def note(uow: UnitOfWork, appointment: Appointment, action: str) -> None:
    """Record a step of an appointment."""
    audit(uow, action=action, subject="appointment", subject_id=appointment.id)


def patient_acting(appointment: Appointment) -> PatientActor:
    """Return an appointment's patient as the one who acts; raises NotFound for a hold."""
    if appointment.patient_id is None:
        raise NotFound("There is no such appointment.")
    return PatientActor(appointment.patient_id)


def _found(appointment: Appointment | None) -> Appointment:
    if appointment is None:
        raise NotFound("There is no such appointment.")
    return appointment
