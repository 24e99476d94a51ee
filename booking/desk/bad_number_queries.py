"""Phones of patients that take no texts: what tells that a number is bad, and what ends it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select, text
from sqlalchemy.orm import Session, aliased

from booking.messaging.message import Channel, MessageState
from booking.messaging.models import Message, MessageEvent
from booking.patients.models import Patient
from booking.scheduling.models import Appointment
from booking.scheduling.states import State

_NOT_ARRIVED = text("message.state IN ('failed', 'undelivered')")
"""Written out as the partial index has it."""


class Bounced(NamedTuple):
    """A text that found its phone bad, and a patient who gave that phone."""

    message_id: UUID
    phone: str
    error_code: int
    at: datetime
    patient_id: UUID
    patient: str


def bounced(
    session: Session,
    codes: Collection[int],
    *,
    seen: str,
    since: datetime,
    therapist_id: int | None,
    phone: str | None,
) -> Sequence[Bounced]:
    """Return the texts that ended with these codes, newest first, once for each patient.

    Those are left out after which a text to the phone arrived, or a person noted the step
    `seen` in the history of one. With a therapist: only for patients of theirs.
    """
    query = (
        select(
            Message.id,
            Message.recipient,
            Message.error_code,
            Message.final_at,
            Patient.id,
            Patient.name,
        )
        .join(Patient, Patient.phone == Message.recipient)
        .where(
            _NOT_ARRIVED,
            Message.final_at > since,
            Message.channel == Channel.SMS,
            Message.error_code.in_(codes),
            ~_arrived_later(),
            ~_seen_later(seen),
        )
        .order_by(Message.final_at.desc(), Message.id, Patient.name)
    )
    if therapist_id is not None:
        query = query.where(_treats(therapist_id))
    if phone is not None:
        query = query.where(Message.recipient == phone)
    return [
        Bounced(message_id, number, code, at, patient_id, name)
        for message_id, number, code, at, patient_id, name in session.execute(query)
        if code is not None and at is not None
    ]


def _arrived_later() -> ColumnElement[bool]:
    later = aliased(Message)
    return exists().where(
        later.recipient == Message.recipient,
        later.channel == Channel.SMS,
        later.state == MessageState.DELIVERED,
        later.send_started_at > Message.send_started_at,
    )


def _seen_later(seen: str) -> ColumnElement[bool]:
    noted = aliased(Message)
    return exists().where(
        noted.recipient == Message.recipient,
        MessageEvent.message_id == noted.id,
        MessageEvent.what == seen,
        MessageEvent.at >= Message.final_at,
    )


def _treats(therapist_id: int) -> ColumnElement[bool]:
    return exists().where(
        Appointment.patient_id == Patient.id,
        Appointment.therapist_id == therapist_id,
        Appointment.state.not_in([State.HELD, State.CANCELLED]),
    )
