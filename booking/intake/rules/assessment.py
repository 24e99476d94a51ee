"""What the answers of an intake mean for a session: stop, clear first, leave alone, adapt."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from booking.intake.rules.adapt import ADAPT_RULES
from booking.intake.rules.answers import IntakeAnswers
from booking.intake.rules.clear import CLEAR_RULES
from booking.intake.rules.form import TALK, Question, QuestionKind
from booking.intake.rules.local import LOCAL_RULES
from booking.intake.rules.questions import QUESTIONS
from booking.intake.rules.rule import AssessmentOutcome, Rule, Source, When
from booking.intake.rules.stop import STOP_RULES

__all__ = [
    "RULES",
    "RULES_VERSION",
    "Assessment",
    "AssessmentOutcome",
    "Finding",
    "Rule",
    "Source",
    "assess",
]

# Stored with every assessment; raise it with every change of a rule.
RULES_VERSION: Final = "1"

RULES: Final[tuple[Rule, ...]] = (*STOP_RULES, *CLEAR_RULES, *LOCAL_RULES, *ADAPT_RULES)

# Until a question was talked about, the touch stays light wherever its answer could matter.
CAP_UNTIL_TALKED: Final = 2
TALK_FIRST: Final = (
    "You would rather talk about some of these questions, and that is fine. You can ask for this "
    "session; someone from our team calls you before it is confirmed."
)
TALK_THERE: Final = "Your therapist talks with you about this before the session begins."


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the answers led to; `patient` may hold `{emergency_number}`."""

    rule_id: str
    outcome: AssessmentOutcome
    therapist: str
    patient: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """All that the answers mean for a session, the gravest finding first.

    `pressure_cap` is the firmest touch allowed (1-5, None: no cap). `avoid_regions`,
    `avoid_techniques` and `blocked_products` hold values, sorted. `not_answered` lists the
    questions the therapist may still ask.
    """

    outcome: AssessmentOutcome
    findings: tuple[Finding, ...]
    pressure_cap: int | None
    avoid_regions: tuple[str, ...]
    avoid_techniques: tuple[str, ...]
    blocked_products: tuple[str, ...]
    not_answered: tuple[str, ...]
    rules_version: str = RULES_VERSION

    def patient_texts(self, emergency_number: str) -> tuple[str, ...]:
        """Return what the patient should read, for the gravest outcome only, without repeats."""
        texts = (
            finding.patient.replace("{emergency_number}", emergency_number)
            for finding in self.findings
            if finding.outcome is self.outcome
        )
        return tuple(dict.fromkeys(texts))


def assess(answers: IntakeAnswers) -> Assessment:
    """Apply every rule to one set of answers; the strongest outcome decides, cautions add up."""
    rules = [rule for rule in RULES if all(_applies(when, answers) for when in rule.when)]
    talks = [q for q in QUESTIONS if answers.wants_to_talk(q.key)]
    findings = [Finding(rule.id, rule.outcome, rule.therapist, rule.patient) for rule in rules]
    findings += [_talk_finding(question) for question in talks]
    # The sort is stable: within one outcome the order of the table stays.
    findings.sort(key=lambda finding: finding.outcome, reverse=True)
    caps = [rule.pressure_cap for rule in rules if rule.pressure_cap is not None]
    if any(question.key in _RULED for question in talks):
        caps.append(CAP_UNTIL_TALKED)
    return Assessment(
        outcome=findings[0].outcome if findings else AssessmentOutcome.OK,
        findings=tuple(findings),
        pressure_cap=min(caps, default=None),
        avoid_regions=tuple(sorted({*_marked(answers), *(r for x in rules for r in x.regions)})),
        avoid_techniques=tuple(sorted({name for rule in rules for name in rule.avoid})),
        blocked_products=tuple(sorted({name for rule in rules for name in rule.blocked})),
        not_answered=tuple(key for key in _RULED_IN_ORDER if not answers.of(key)),
    )


def _applies(when: When, answers: IntakeAnswers) -> bool:
    return bool(when.values & answers.of(when.key))


_RULED: Final = frozenset(when.key for rule in RULES for when in rule.when)
_RULED_IN_ORDER: Final = tuple(
    q.key for q in QUESTIONS if q.key in _RULED and q.kind is not QuestionKind.REGIONS
)


def _talk_finding(question: Question) -> Finding:
    if question.critical:
        return Finding(
            f"talk-{question.key}",
            AssessmentOutcome.CLEAR,
            f"Would rather talk about “{question.label}” Call before the session.",
            TALK_FIRST,
        )
    return Finding(
        f"talk-{question.key}",
        AssessmentOutcome.ADAPT,
        f"Would rather talk about “{question.label}” Ask in private before you begin.",
        TALK_THERE,
    )


def _marked(answers: IntakeAnswers) -> Iterator[str]:
    """Yield every place marked anywhere in the form: each of those questions means "avoid"."""
    for question in QUESTIONS:
        if question.kind is QuestionKind.REGIONS:
            yield from answers.of(question.key) - {TALK}
