"""What a patient told before a session, read by the safety rules."""

from uuid import UUID

from booking.clinic.unit_of_work import UnitOfWork
from booking.intake import queries
from booking.intake.rules.answers import IntakeAnswers, from_json
from booking.intake.rules.assessment import Assessment, assess


def latest(uow: UnitOfWork, appointment_id: UUID) -> tuple[IntakeAnswers, Assessment] | None:
    """Return the newest answers for an appointment, judged by the rules as they are now."""
    intake = queries.intake_of(uow.session, appointment_id)
    if intake is None:
        return None
    answers = from_json(intake.answers)
    return answers, assess(answers)
