"""Intake answers for the demo's patients."""

from booking.intake.rules.answers import IntakeAnswers, parse_answers
from booking.intake.rules.questions import QUESTIONS

_NOTHING = ("no", "none")


def answers(**given: str | list[str]) -> IntakeAnswers:
    """Return a full set of answers: those given, and "no" wherever one must be given."""
    raw: dict[str, list[str]] = {
        question.key: [next(value for value in _NOTHING if value in question.values)]
        for question in QUESTIONS
        if question.critical
    }
    raw |= {key: [value] if isinstance(value, str) else value for key, value in given.items()}
    return parse_answers(raw)
