"""What a patient told before a session, read by the safety rules."""

from uuid import UUID

from sqlalchemy.orm import Session

from booking.intake import queries
from booking.intake.answers import IntakeAnswers, from_json
from booking.intake.rules import Assessment, assess


def latest(session: Session, appointment_id: UUID) -> tuple[IntakeAnswers, Assessment] | None:
    """Return the newest answers for an appointment, judged by the rules as they are now."""
    intake = queries.intake_of(session, appointment_id)
    if intake is None:
        return None
    answers = from_json(intake.answers)
    return answers, assess(answers)
