"""Open questions: what a phone was asked, and by which message."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, tuple_, update
from sqlalchemy.orm import Session

from booking.kit.any_of import among
from booking.kit.ids import new_id
from booking.kit.upsert import insert_or_ignore_all
from booking.messaging.inbound_models import OpenQuestion
from booking.messaging.kinds import Topic

_IS_OPEN = OpenQuestion.closed_at.is_(None)


def open_of_phone(
    session: Session, phone: str, *, asked_by: datetime, now: datetime
) -> Sequence[OpenQuestion]:
    """Return what a phone is asked now, of any topic, and was asked by an instant."""
    return session.scalars(
        select(OpenQuestion).where(
            OpenQuestion.phone == phone,
            _IS_OPEN,
            OpenQuestion.asked_at <= asked_by,
            OpenQuestion.expires_at > now,
        )
    ).all()


def last_closed(
    session: Session, phone: str, topic: Topic, since: datetime, until: datetime
) -> OpenQuestion | None:
    """Return the question of a topic that a phone answered last between two instants."""
    return session.scalar(
        select(OpenQuestion)
        .where(
            OpenQuestion.phone == phone,
            OpenQuestion.topic == topic,
            OpenQuestion.closed_at.between(since, until),
        )
        .order_by(OpenQuestion.closed_at.desc())
        .limit(1)
    )


def open_questions(session: Session, questions: Sequence[OpenQuestion], now: datetime) -> set[UUID]:
    """Open questions; returns the messages whose question is open now.

    A phone that already has one of that topic about another appointment keeps it. The same
    appointment's earlier question makes way for the newer one.
    """
    if not questions:
        return set()
    same = tuple_(OpenQuestion.phone, OpenQuestion.topic, OpenQuestion.appointment_id).in_(
        [(one.phone, one.topic, one.appointment_id) for one in questions]
    )
    of_these_phones = among(session, OpenQuestion.phone, [one.phone for one in questions])
    session.execute(
        update(OpenQuestion)
        .where(_IS_OPEN, same | (of_these_phones & (OpenQuestion.expires_at <= now)))
        .values(closed_at=now)
    )
    insert_or_ignore_all(
        session,
        OpenQuestion,
        [_values(one) for one in questions],
        ["phone", "topic"],
        where=_IS_OPEN,
    )
    # By phone, which has an index; what the phone had open before is not of these messages.
    opened = select(OpenQuestion.message_id).where(of_these_phones, _IS_OPEN)
    return set(session.scalars(opened)) & {one.message_id for one in questions}


def _values(question: OpenQuestion) -> dict[str, Any]:
    return {
        "id": new_id(),
        "phone": question.phone,
        "topic": question.topic,
        "patient_id": question.patient_id,
        "appointment_id": question.appointment_id,
        "check_in_id": question.check_in_id,
        "message_id": question.message_id,
        "asked_at": question.asked_at,
        "expires_at": question.expires_at,
    }


def close_of_appointment(session: Session, appointment_id: UUID, now: datetime) -> None:
    """Close whatever was asked about an appointment."""
    _close(session, OpenQuestion.appointment_id == appointment_id, now)


def close_of_check_in(session: Session, check_in_id: UUID, now: datetime) -> None:
    """Close what was asked for a check-in."""
    _close(session, OpenQuestion.check_in_id == check_in_id, now)


def close_of_message(session: Session, message_id: UUID, now: datetime) -> None:
    """Close what a message asked that never arrived."""
    _close(session, OpenQuestion.message_id == message_id, now)


def _close(session: Session, which: ColumnElement[bool], now: datetime) -> None:
    session.execute(update(OpenQuestion).where(which, _IS_OPEN).values(closed_at=now))
