"""Phones of patients that take no texts: what tells that a number is bad, and what ends it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, select, text
from sqlalchemy.orm import Session, aliased

from booking.clinic.actor import Actor
from booking.messaging.kinds import Channel
from booking.messaging.message import IS_NOT_ARRIVED, MessageEventType, MessageState
from booking.messaging.models import Message, MessageEvent
from booking.patients.models import Patient
from booking.scheduling.models import Appointment
from booking.scheduling.visibility import patient_visible_to, visible_to

_NOT_ARRIVED = text(f"message.{IS_NOT_ARRIVED}")
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
    since: datetime,
    whose: ColumnElement[bool],
) -> Sequence[Bounced]:
    """Return the texts that ended with these codes, newest first, once for each patient.

    Those are left out after which a text to the phone arrived, or a person has seen to it, as
    the history of one tells. `whose` tells of which patients: nobody else is named.
    """
    rows = session.execute(
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
            ~_seen_later(),
            whose,
        )
        .order_by(Message.final_at.desc(), Message.id, Patient.name)
    )
    return [
        Bounced(message_id, number, code, at, patient_id, name)
        for message_id, number, code, at, patient_id, name in rows
        if code is not None and at is not None
    ]


def is_visible(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that the actor may see what is a patient's."""
    return patient_visible_to(actor, Patient.id)


def is_patient(actor: Actor, patient_id: UUID) -> ColumnElement[bool]:
    """Return the condition that a patient is this one, whom the actor may see."""
    return and_(Patient.id == patient_id, is_visible(actor))


def has_appointment(actor: Actor, appointment_id: UUID) -> ColumnElement[bool]:
    """Return the condition that a patient is that of an appointment, both for the actor to see."""
    return and_(
        exists().where(
            Appointment.id == appointment_id,
            Appointment.patient_id == Patient.id,
            visible_to(actor),
        ),
        is_visible(actor),
    )


def _arrived_later() -> ColumnElement[bool]:
    later = aliased(Message)
    return exists().where(
        later.recipient == Message.recipient,
        later.channel == Channel.SMS,
        later.state == MessageState.DELIVERED,
        later.send_started_at > Message.send_started_at,
    )


def _seen_later() -> ColumnElement[bool]:
    noted = aliased(Message)
    return exists().where(
        noted.recipient == Message.recipient,
        MessageEvent.message_id == noted.id,
        MessageEvent.type == MessageEventType.SEEN,
        MessageEvent.at >= Message.final_at,
    )
