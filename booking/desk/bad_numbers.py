"""Phones that cannot be texted: told to staff until a text arrives again or it is seen to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement

from booking.audit.service import audit
from booking.clinic.unit_of_work import UnitOfWork
from booking.desk import bad_number_queries
from booking.kit.errors import NotFound
from booking.messaging import queries as message_store
from booking.messaging.message import MessageEventType
from booking.messaging.rules.carrier_errors import ErrorClass, codes_of

TOLD_FOR = timedelta(days=90)
SEEN = MessageEventType.SEEN


@dataclass(frozen=True)
class Unreachable:
    """A phone whose last texts failed because the number is bad, and whose it is.

    `message_id` is the newest of those texts; `patients` are ids and names.
    """

    message_id: UUID
    phone: str
    error_code: int
    at: datetime
    patients: tuple[tuple[UUID, str], ...]


def unreachable(uow: UnitOfWork) -> list[Unreachable]:
    """Return the phones that take no texts, once each, the newest trouble first.

    Of those whom the actor may see, naming nobody else who has such a phone too.
    """
    return _told(uow, bad_number_queries.is_visible(uow.actor))


def of_patient(uow: UnitOfWork, patient_id: UUID) -> list[Unreachable]:
    """Return a patient's phone where it takes no texts, naming them alone."""
    return _told(uow, bad_number_queries.is_patient(uow.actor, patient_id))


def of_appointment(uow: UnitOfWork, appointment_id: UUID) -> list[Unreachable]:
    """Return the phone of an appointment's patient where it takes no texts, naming them alone."""
    return _told(uow, bad_number_queries.has_appointment(uow.actor, appointment_id))


def mark_seen(uow: UnitOfWork, message_id: UUID) -> None:
    """Note that somebody has seen to a phone; raises NotFound where the actor is told of none.

    Should a later text find the number bad too, it is told anew.
    """
    told = {one.message_id for one in unreachable(uow)}
    message = message_store.get_for_update(uow.session, message_id)
    if message is None or message_id not in told:
        raise NotFound
    message_store.add_event(uow, message, SEEN)
    audit(uow, action=SEEN, subject="message", subject_id=message_id)


def _told(uow: UnitOfWork, whose: ColumnElement[bool]) -> list[Unreachable]:
    found: dict[str, list[bad_number_queries.Bounced]] = {}
    for one in bad_number_queries.bounced(
        uow.session,
        codes_of(ErrorClass.BAD_NUMBER),
        since=uow.now - TOLD_FOR,
        whose=whose,
    ):
        found.setdefault(one.phone, []).append(one)
    return [
        Unreachable(
            message_id=texts[0].message_id,
            phone=number,
            error_code=texts[0].error_code,
            at=texts[0].at,
            patients=tuple(dict.fromkeys((one.patient_id, one.patient) for one in texts)),
        )
        for number, texts in found.items()
    ]
