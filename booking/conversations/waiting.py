"""Texts that patients sent and that wait for a person."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from booking.clinic.unit_of_work import UnitOfWork
from booking.conversations import inbox_queries
from booking.messaging.inbound_models import InboundMessage
from booking.patients import queries as patients
from booking.patients.models import Patient


def waiting_for_person(uow: UnitOfWork) -> Sequence[InboundMessage]:
    """Return the texts that need a person and that nobody has read, oldest first.

    A therapist gets only those of patients who have a session with them.
    """
    return inbox_queries.waiting(uow.session, uow.actor)


def count_waiting(uow: UnitOfWork) -> int:
    """Return how many texts wait for a person."""
    return inbox_queries.count_waiting(uow.session, uow.actor)


def writers(uow: UnitOfWork, texts: Sequence[InboundMessage]) -> Mapping[UUID, Patient]:
    """Return the known patients among those who sent these texts, by id."""
    known = {text.patient_id for text in texts if text.patient_id}
    return {patient.id: patient for patient in patients.by_ids(uow.session, known)}
