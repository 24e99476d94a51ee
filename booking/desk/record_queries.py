"""Appointments and patients by id, for those who may see them."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.clinic.actor import Actor
from booking.patients.models import Patient
from booking.scheduling.models import Appointment
from booking.scheduling.visibility import patient_visible_to, visible_to


def appointment_of(session: Session, actor: Actor, appointment_id: UUID) -> Appointment | None:
    """Return an appointment with a patient, or None where there is none that the actor may see."""
    return session.scalar(
        select(Appointment).where(
            Appointment.id == appointment_id,
            # A hold, or one that lapsed, has no patient: there is nobody to treat.
            Appointment.patient_id.is_not(None),
            visible_to(actor),
        )
    )


def patient_of(session: Session, actor: Actor, patient_id: UUID) -> Patient | None:
    """Return a patient, or None where there is none whose history the actor may see."""
    return session.scalar(
        select(Patient).where(Patient.id == patient_id, patient_visible_to(actor, Patient.id))
    )
