"""Finding the appointment a step is about, and noting that the step was taken."""

from uuid import UUID

from sqlalchemy import ColumnElement

from booking.audit.service import audit
from booking.clinic.actor import OwnPatients, PatientActor
from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.errors import NotFound
from booking.scheduling import queries as appointment_queries
from booking.scheduling.models import Appointment
from booking.scheduling.visibility import visible_to


def existing(uow: UnitOfWork, appointment_id: UUID) -> Appointment:
    """Return an appointment; raises NotFound, also for a therapist whose it is not."""
    return _found(appointment_queries.get(uow.session, appointment_id, where=_of_own(uow)))


def locked(uow: UnitOfWork, appointment_id: UUID) -> Appointment:
    """Return an appointment that nobody else can change until this transaction ends.

    Raises NotFound, also for a therapist whose it is not.
    """
    return _found(
        appointment_queries.get_for_update(uow.session, appointment_id, where=_of_own(uow))
    )


def note(uow: UnitOfWork, appointment: Appointment, action: str) -> None:
    """Record a step of an appointment."""
    audit(uow, action=action, subject="appointment", subject_id=appointment.id)


def patient_acting(appointment: Appointment) -> PatientActor:
    """Return an appointment's patient as the one who acts; raises NotFound for a hold."""
    if appointment.patient_id is None:
        raise NotFound
    return PatientActor(appointment.patient_id)


def _of_own(uow: UnitOfWork) -> ColumnElement[bool] | None:
    # Whoever comes by a link was let in by it: a hold belongs to nobody who could be asked for.
    return visible_to(uow.actor) if isinstance(uow.actor.sees, OwnPatients) else None


def _found(appointment: Appointment | None) -> Appointment:
    if appointment is None:
        raise NotFound
    return appointment
