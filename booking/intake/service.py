"""What a patient told before a session, read by the safety rules."""

from uuid import UUID

from sqlalchemy.orm import Session

from booking.domain.intake import IntakeAnswers, from_json
from booking.domain.intake_rules import Assessment, assess
from booking.store import patients as store


def latest(session: Session, appointment_id: UUID) -> tuple[IntakeAnswers, Assessment] | None:
    """Return the newest answers for an appointment, judged by the rules as they are now."""
    intake = store.intake_of(session, appointment_id)
    if intake is None:
        return None
    answers = from_json(intake.answers)
    return answers, assess(answers)
