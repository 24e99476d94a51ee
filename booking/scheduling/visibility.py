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
    """Return the condition that this actor may see what is a patient's: history, alerts, texts.

    A therapist may as soon as the patient has a session with them, cancelled ones aside. One
    that is booked in the patient's name opens nothing until it shows that the patient made it.
    """
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
                Appointment.proven_at.is_not(None),
                visible_to(actor),
            )
        case other:
            assert_never(other)


def may_see_patient(session: Session, actor: Actor, patient_id: UUID) -> bool:
    """Whether this actor may see what is a patient's."""
    return bool(session.scalar(select(patient_visible_to(actor, patient_id))))
