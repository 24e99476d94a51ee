"""Who may see which appointment, and which patient: the one rule, written in SQL."""

from typing import assert_never
from uuid import UUID

from sqlalchemy import ColumnElement, exists, false, literal, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from booking.clinic.actor import Actor, Everything, Nothing, OwnPatients, Themselves
from booking.scheduling.models import Appointment
from booking.scheduling.states import State

PatientId = InstrumentedAttribute[UUID | None] | InstrumentedAttribute[UUID] | UUID
"""A patient, or the column that names one."""


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that this actor may see an appointment, whatever became of it."""
    match actor.sees:
        case Everything():
            return true()
        case OwnPatients(therapist_id):
            return Appointment.therapist_id == therapist_id
        case Themselves(patient_id):
            return Appointment.patient_id == patient_id
        case Nothing():
            return false()
        case other:
            assert_never(other)


def patient_visible_to(actor: Actor, patient_id: PatientId) -> ColumnElement[bool]:
    """Return the condition that this actor may see a patient's history and alerts.

    A therapist may as soon as the patient has a session with them, cancelled ones aside. One
    that is booked in the patient's name opens nothing until it shows that the patient made it.
    """
    return _visible(actor, patient_id, Appointment.proven_at.is_not(None))


def contact_visible_to(actor: Actor, patient_id: PatientId) -> ColumnElement[bool]:
    """Return the condition that this actor looks after what is texted with a patient.

    A therapist does for everybody who has a session with them, cancelled ones aside: whoever
    is to come may ask the way before anything shows that the booking is their own.
    """
    return _visible(actor, patient_id)


def may_see_patient(session: Session, actor: Actor, patient_id: UUID) -> bool:
    """Whether this actor may see a patient's history and alerts."""
    return bool(session.scalar(select(patient_visible_to(actor, patient_id))))


def _visible(
    actor: Actor, patient_id: PatientId, *kept_to: ColumnElement[bool]
) -> ColumnElement[bool]:
    match actor.sees:
        case Everything():
            return true()
        case Themselves(own):
            return (literal(patient_id) if isinstance(patient_id, UUID) else patient_id) == own
        case Nothing():
            return false()
        case OwnPatients():
            return exists().where(
                Appointment.patient_id == patient_id,
                # Who cancelled is no patient of theirs any more; one who never came may be.
                Appointment.state.not_in([State.HELD, State.CANCELLED]),
                visible_to(actor),
                *kept_to,
            )
        case other:
            assert_never(other)
