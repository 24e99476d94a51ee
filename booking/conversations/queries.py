"""Queries for the question that a text may answer."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.messaging.inbound_models import OpenQuestion
from booking.messaging.kinds import Topic
from booking.scheduling import queries as appointments


def open_question(
    session: Session, phone: str, topic: Topic, *, asked_by: datetime, now: datetime
) -> OpenQuestion | None:
    """Lock the question of a topic that a phone may answer now, and was asked by an instant.

    Its appointment is locked first, as by everybody who moves it or is about to remind of it.
    """
    is_open = (
        OpenQuestion.phone == phone,
        OpenQuestion.topic == topic,
        OpenQuestion.closed_at.is_(None),
        OpenQuestion.asked_at <= asked_by,
        OpenQuestion.expires_at > now,
    )
    about = session.scalar(select(OpenQuestion.appointment_id).where(*is_open))
    if about is None:
        return None
    appointments.get_for_update(session, about)
    return session.scalar(
        select(OpenQuestion).where(*is_open, OpenQuestion.appointment_id == about).with_for_update()
    )
