"""Open questions: what a phone was asked, and by which message."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from booking.ids import new_id
from booking.models import Question
from booking.models.conversation import Topic
from booking.store.upsert import insert_or_ignore


def open_question(session: Session, phone: str, topic: Topic, now: datetime) -> Question | None:
    """Lock the question of a topic that a phone may answer now."""
    return session.scalar(
        select(Question)
        .where(
            Question.phone == phone,
            Question.topic == topic,
            Question.closed_at.is_(None),
            Question.asked_at <= now,
            Question.expires_at > now,
        )
        .with_for_update()
    )


def last_closed(session: Session, phone: str, topic: Topic, since: datetime) -> Question | None:
    """Return the question of a topic that a phone answered last, after an instant."""
    return session.scalar(
        select(Question)
        .where(Question.phone == phone, Question.topic == topic, Question.closed_at >= since)
        .order_by(Question.closed_at.desc())
        .limit(1)
    )


def ask(session: Session, question: Question, now: datetime) -> bool:
    """Open a question; False when the phone already has one of that topic about another.

    The same appointment's earlier question makes way for the newer one.
    """
    session.execute(
        update(Question)
        .where(
            Question.phone == question.phone,
            Question.topic == question.topic,
            Question.closed_at.is_(None),
            (Question.expires_at <= now) | (Question.appointment_id == question.appointment_id),
        )
        .values(closed_at=now)
    )
    return insert_or_ignore(
        session,
        Question,
        {
            "id": new_id(),
            "phone": question.phone,
            "topic": question.topic,
            "patient_id": question.patient_id,
            "appointment_id": question.appointment_id,
            "check_in_id": question.check_in_id,
            "message_id": question.message_id,
            "asked_at": question.asked_at,
            "expires_at": question.expires_at,
        },
        ["phone", "topic"],
        where=Question.closed_at.is_(None),
    )


def close_of_appointment(session: Session, appointment_id: UUID, now: datetime) -> None:
    """Close whatever was asked about an appointment."""
    _close(session, Question.appointment_id == appointment_id, now)


def close_of_check_in(session: Session, check_in_id: UUID, now: datetime) -> None:
    """Close what was asked for a check-in."""
    _close(session, Question.check_in_id == check_in_id, now)


def close_of_message(session: Session, message_id: UUID, now: datetime) -> None:
    """Close what a message asked that never arrived."""
    _close(session, Question.message_id == message_id, now)


def _close(session: Session, which: ColumnElement[bool], now: datetime) -> None:
    session.execute(
        update(Question).where(which, Question.closed_at.is_(None)).values(closed_at=now)
    )
