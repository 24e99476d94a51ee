"""Phones that cannot be texted: told to staff until a text arrives again or it is seen to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from booking.audit.service import record
from booking.desk import bad_number_queries as store
from booking.messaging import queries as message_store
from booking.messaging.carrier_errors import CARRIER_ERRORS, ErrorClass, codes_of

TOLD_FOR = timedelta(days=90)
SEEN = "unreachable_seen"


@dataclass(frozen=True)
class Unreachable:
    """A phone whose last texts failed because the number is bad, and whose it is.

    `message_id` is the newest of those texts; `patients` are ids and names.
    """

    message_id: UUID
    phone: str
    why: str
    at: datetime
    patients: tuple[tuple[UUID, str], ...]


def unreachable(
    session: Session, *, therapist_id: int | None, now: datetime, phone: str | None = None
) -> list[Unreachable]:
    """Return the phones that take no texts, once each, the newest trouble first.

    With a therapist: phones of their patients, naming those alone. With a phone: that one.
    """
    found: dict[str, list[store.Bounced]] = {}
    for one in store.bounced(
        session,
        codes_of(ErrorClass.BAD_NUMBER),
        seen=SEEN,
        since=now - TOLD_FOR,
        therapist_id=therapist_id,
        phone=phone,
    ):
        found.setdefault(one.phone, []).append(one)
    return [
        Unreachable(
            message_id=texts[0].message_id,
            phone=number,
            why=CARRIER_ERRORS[texts[0].error_code].for_staff,
            at=texts[0].at,
            patients=tuple(dict.fromkeys((one.patient_id, one.patient) for one in texts)),
        )
        for number, texts in found.items()
    ]


def mark_seen(
    session: Session, message_id: UUID, *, therapist_id: int | None, actor: str, now: datetime
) -> bool:
    """Note that somebody has seen to a phone; False where nothing is told of it (any more).

    Should a later text find the number bad too, it is told anew.
    """
    told = unreachable(session, therapist_id=therapist_id, now=now)
    message = message_store.by_id(session, message_id)
    if message is None or message_id not in {one.message_id for one in told}:
        return False
    message_store.record(session, message, SEEN, now)
    record(
        session,
        actor=actor,
        action=SEEN,
        subject="message",
        subject_id=message_id,
        now=now,
    )
    return True
