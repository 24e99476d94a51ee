"""Texts that patients sent: those that wait for a person, and who has read them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select

from booking.clinic.actor import Actor, staff_id
from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.errors import NotFound
from booking.messaging.inbound_models import InboundMessage
from booking.patients.models import Patient
from booking.scheduling.visibility import patient_visible_to


def inbound_of_patient(uow: UnitOfWork, patient_id: UUID) -> list[InboundMessage]:
    """Return the texts a patient sent, newest first; none to whom they do not concern."""
    return list(
        uow.session.scalars(
            select(InboundMessage)
            .where(
                InboundMessage.patient_id == patient_id, patient_visible_to(uow.actor, patient_id)
            )
            .order_by(InboundMessage.received_at.desc(), InboundMessage.sid)
        )
    )


def waiting_for_person(uow: UnitOfWork) -> list[InboundMessage]:
    """Return the texts that need a person and that nobody has read, oldest first.

    A therapist gets only those of patients who have a session with them.
    """
    return list(
        uow.session.scalars(
            select(InboundMessage)
            .where(_waiting(uow.actor))
            .order_by(InboundMessage.received_at, InboundMessage.sid)
        )
    )


def count_waiting(uow: UnitOfWork) -> int:
    """Return how many texts wait for a person."""
    query = select(func.count()).select_from(InboundMessage).where(_waiting(uow.actor))
    return uow.session.scalar(query) or 0


def writers(uow: UnitOfWork, texts: Sequence[InboundMessage]) -> Mapping[UUID, Patient]:
    """Return the known patients among those who sent these texts, by id."""
    known = {text.patient_id for text in texts if text.patient_id}
    rows = uow.session.scalars(select(Patient).where(Patient.id.in_(known)))
    return {patient.id: patient for patient in rows}


def mark_read(uow: UnitOfWork, sid: str) -> InboundMessage:
    """Note that a person has read a text; the first one stays named.

    Raises NotFound, also where a therapist's patients sent no such text.
    """
    query = select(InboundMessage).where(
        InboundMessage.sid == sid, patient_visible_to(uow.actor, InboundMessage.patient_id)
    )
    text = uow.session.scalar(query.with_for_update())
    if text is None:
        raise NotFound
    if text.read_by is None:
        text.read_by = staff_id(uow.actor)
    return text


def _waiting(actor: Actor) -> ColumnElement[bool]:
    return and_(
        InboundMessage.needs_person,
        InboundMessage.read_by.is_(None),
        patient_visible_to(actor, InboundMessage.patient_id),
    )
