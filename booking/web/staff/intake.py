"""An intake as a therapist reads it between two sessions: what matters first."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from booking.intake.rules.answers import (
    BY_KEY,
    GROUPS,
    QUESTIONS,
    IntakeAnswers,
    Question,
    QuestionKind,
)
from booking.intake.rules.assessment import Assessment, AssessmentOutcome
from booking.intake.rules.body_regions import REGIONS
from booking.web.language import gettext, marked
from booking.web.staff.body_map import Figure, body_map

HEADINGS: Final = {
    AssessmentOutcome.STOP: (marked("Stop"), marked("No session before this is settled.")),
    AssessmentOutcome.CLEAR: (
        marked("Clearance"),
        marked("A clinician's word comes first; then keep to this."),
    ),
    AssessmentOutcome.LOCAL: (marked("Leave alone"), marked("Places to keep away from.")),
    AssessmentOutcome.ADAPT: (marked("Adapt"), marked("How to give this session.")),
}
TECHNIQUE_WORDS: Final = {
    "affected_joints": marked("affected joints"),
    "deep_leg_work": marked("deep leg work"),
    "deep_work": marked("deep work"),
    "end_range": marked("end range"),
    "face_down": marked("face down"),
    "forceful_work": marked("forceful work"),
    "friction": marked("friction"),
    "heavy_compression": marked("heavy compression"),
    "ice": marked("ice"),
    "joint_friction": marked("joint friction"),
    "joint_stretch": marked("joint stretch"),
    "long_session": marked("long session"),
    "thrust": marked("thrust"),
    "traction": marked("traction"),
    "vigorous_leg_work": marked("vigorous leg work"),
    "vigorous_work": marked("vigorous work"),
}
COMFORT: Final = ("positions", "pressure")
WORDS: Final = ("medicines", "note")
_PLACES: Final = {option.value: option.label for option in REGIONS}


@dataclass(frozen=True)
class Cautions:
    """The cautions of one class."""

    outcome: AssessmentOutcome
    title: str
    hint: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class IntakeView:
    """What the page shows of an intake; all in words, nothing left to look up."""

    cautions: tuple[Cautions, ...]
    pressure_cap: int | None
    techniques: tuple[str, ...]
    products: tuple[str, ...]
    places: tuple[str, ...]
    figures: tuple[Figure, Figure]
    comfort: tuple[tuple[str, str], ...]
    words: tuple[tuple[str, str], ...]
    open_questions: tuple[str, ...]
    all_answers: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]

    @property
    def count(self) -> int:
        """How many cautions there are."""
        return sum(len(group.texts) for group in self.cautions)


def intake_view(answers: IntakeAnswers, assessment: Assessment) -> IntakeView:
    """Put answers and what the rules made of them into words."""
    allergies = BY_KEY["allergies"]
    return IntakeView(
        cautions=tuple(_by_class(assessment)),
        pressure_cap=assessment.pressure_cap,
        techniques=tuple(gettext(TECHNIQUE_WORDS[name]) for name in assessment.avoid_techniques),
        products=tuple(allergies.label_of(name) for name in assessment.blocked_products),
        places=tuple(_PLACES.get(place, place) for place in assessment.avoid_regions),
        figures=body_map(assessment.avoid_regions),
        comfort=tuple(_answered(COMFORT, answers)),
        words=tuple(
            (BY_KEY[key].label, answers.text(key))
            for key in WORDS
            if key in BY_KEY and answers.text(key)
        ),
        open_questions=tuple(BY_KEY[key].label for key in assessment.not_answered),
        all_answers=tuple(
            (
                group.title,
                tuple(_answered([q.key for q in QUESTIONS if q.group == group.key], answers)),
            )
            for group in GROUPS
        ),
    )


def caution_count(assessment: Assessment) -> int:
    """Return how many cautions the page of an appointment shows; the same words count once."""
    return sum(len(group.texts) for group in _by_class(assessment))


def _by_class(assessment: Assessment) -> Iterator[Cautions]:
    for outcome, (title, hint) in HEADINGS.items():
        texts = tuple(
            dict.fromkeys(f.therapist for f in assessment.findings if f.outcome is outcome)
        )
        if texts:
            yield Cautions(outcome, gettext(title), gettext(hint), texts)


def _answered(
    keys: list[str] | tuple[str, ...], answers: IntakeAnswers
) -> Iterator[tuple[str, str]]:
    for key in keys:
        if key in BY_KEY and (said := _in_words(BY_KEY[key], answers)):
            yield BY_KEY[key].label, said


def _in_words(question: Question, answers: IntakeAnswers) -> str:
    chosen = [
        option.label for option in question.options if option.value in answers.of(question.key)
    ]
    if question.kind is QuestionKind.TEXT and answers.text(question.key):
        chosen.append(answers.text(question.key))
    return "; ".join(chosen)
