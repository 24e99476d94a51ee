"""The ledger: every message of an appointment and of a patient, with what became of it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from booking.kit.errors import NotFound
from booking.messaging.inbound_models import InboundMessage
from booking.patients.models import Patient
from booking.scheduling.models import Appointment
from booking.scheduling.states import State


def inbound_of_patient(session: Session, patient_id: UUID) -> list[InboundMessage]:
    """Return the texts a patient sent, newest first."""
    return list(
        session.scalars(
            select(InboundMessage)
            .where(InboundMessage.patient_id == patient_id)
            .order_by(InboundMessage.received_at.desc(), InboundMessage.sid)
        )
    )


def waiting_for_person(session: Session, therapist_id: int | None = None) -> list[InboundMessage]:
    """Return the texts that need a person and that nobody has read, oldest first.

    With a therapist: only those of patients who have a session with them.
    """
    return list(
        session.scalars(
            select(InboundMessage)
            .where(*_waiting(therapist_id))
            .order_by(InboundMessage.received_at, InboundMessage.sid)
        )
    )


def count_waiting(session: Session, therapist_id: int | None = None) -> int:
    """Return how many texts wait for a person."""
    query = select(func.count()).select_from(InboundMessage).where(*_waiting(therapist_id))
    return session.scalar(query) or 0


def writers(session: Session, texts: Sequence[InboundMessage]) -> Mapping[UUID, Patient]:
    """Return the known patients among those who sent these texts, by id."""
    known = {text.patient_id for text in texts if text.patient_id}
    rows = session.scalars(select(Patient).where(Patient.id.in_(known)))
    return {patient.id: patient for patient in rows}


def mark_read(
    session: Session, sid: str, *, user_id: UUID, therapist_id: int | None = None
) -> InboundMessage:
    """Note that a person has read a text; the first one stays named.

    Raises NotFound, also where a therapist's patients sent no such text.
    """
    query = select(InboundMessage).where(InboundMessage.sid == sid)
    if therapist_id is not None:
        query = query.where(_from_patient_of(therapist_id))
    text = session.scalar(query.with_for_update())
    if text is None:
        raise NotFound("There is no such text.")
    if text.read_by is None:
        text.read_by = user_id
    return text


def _waiting(therapist_id: int | None) -> tuple[ColumnElement[bool], ...]:
    unread = InboundMessage.needs_person & InboundMessage.read_by.is_(None)
    return (unread,) if therapist_id is None else (unread, _from_patient_of(therapist_id))


def _from_patient_of(therapist_id: int) -> ColumnElement[bool]:
    return exists().where(
        Appointment.patient_id == InboundMessage.patient_id,
        Appointment.therapist_id == therapist_id,
        Appointment.state.not_in([State.HELD, State.CANCELLED]),
    )
