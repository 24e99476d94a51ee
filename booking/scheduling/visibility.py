"""Who may see which appointment, and which patient."""

from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from booking.accounts.models import Role
from booking.accounts.service import SEES_ALL, Viewer
from booking.scheduling.models import Appointment
from booking.scheduling.states import State


def may_see(user: Viewer, appointment: Appointment) -> bool:
    """Whether this person may open this appointment: a therapist only their own sessions."""
    if user.role in SEES_ALL:
        return True
    return user.role is Role.THERAPIST and user.therapist_id == appointment.therapist_id


def may_see_patient(session: Session, user: Viewer, patient_id: UUID) -> bool:
    """Whether this person may open this patient's history.

    A therapist may as soon as the patient has a session with them, cancelled ones aside.
    """
    if user.role in SEES_ALL:
        return True
    if user.role is not Role.THERAPIST or user.therapist_id is None:
        return False
    # A patient who cancelled is no patient of theirs any more; one who never came may be.
    shared = exists().where(
        Appointment.patient_id == patient_id,
        Appointment.therapist_id == user.therapist_id,
        Appointment.state.not_in([State.HELD, State.CANCELLED]),
        # Nor is one by being booked in their name.
        Appointment.proven_at.is_not(None),
    )
    return bool(session.scalar(select(shared)))
