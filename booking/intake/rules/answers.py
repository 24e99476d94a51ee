"""Answers to the intake: read from a form, refused question by question, kept as JSON."""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from booking.intake.rules.form import (
    NONE,
    TALK,
    TALK_OPTION,
    Group,
    GroupText,
    Option,
    Question,
    QuestionKind,
)
from booking.intake.rules.questions import BY_KEY, GROUPS, QUESTIONS, SCHEMA_VERSION
from booking.kit.errors import DomainError, Flaw, InvalidInput

__all__ = [
    "BY_KEY",
    "GROUPS",
    "QUESTIONS",
    "SCHEMA_VERSION",
    "TALK",
    "TALK_OPTION",
    "Group",
    "GroupText",
    "IntakeAnswers",
    "IntakeUnreadable",
    "Option",
    "Question",
    "QuestionKind",
    "from_json",
    "is_shown",
    "parse_answers",
    "to_json",
]

LONGEST_TEXT: Final = 1000  # characters of a patient's own words, per question
ONE_ONLY: Final = frozenset({QuestionKind.CHOICE, QuestionKind.SCALE})


class IntakeUnreadable(DomainError):
    """A stored intake is damaged or of a version this code does not know."""

    code = "intake_unreadable"


@dataclass(frozen=True, slots=True)
class IntakeAnswers:
    """One filled-in intake: chosen values per question key, and the patient's own words.

    A question without an entry was not answered. "talk" is a value like the others.
    """

    values: Mapping[str, tuple[str, ...]]
    texts: Mapping[str, str]
    version: int = SCHEMA_VERSION

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))
        object.__setattr__(self, "texts", MappingProxyType(dict(self.texts)))

    def of(self, key: str) -> frozenset[str]:
        """Return the values chosen for one question; empty if it was not answered."""
        return frozenset(self.values.get(key, ()))

    def text(self, key: str) -> str:
        """Return the patient's own words for one question; empty if there are none."""
        return self.texts.get(key, "")

    def wants_to_talk(self, key: str) -> bool:
        """Say whether the patient would rather talk about this question."""
        return TALK in self.values.get(key, ())


def parse_answers(raw: Mapping[str, list[str]]) -> IntakeAnswers:
    """Read the intake part of a form; `raw` holds, per question key, all values sent.

    Blank values count as not answered. Raises InvalidInput naming every question
    that needs another look; names and values the form does not have are refused.
    """
    values: dict[str, tuple[str, ...]] = {}
    texts: dict[str, str] = {}
    wrong = {key: Flaw("question_unknown") for key in raw if key not in BY_KEY}
    for question in QUESTIONS:
        sent = [value.strip() for value in raw.get(question.key, []) if value.strip()]
        if question.kind is QuestionKind.TEXT:
            words = "\n".join(_readable(value) for value in sent if value != TALK).strip()
            problem = _text_problem(words)
            if words:
                texts[question.key] = words
            sent = [TALK] if TALK in sent else []
        else:
            problem = _choice_problem(question, sent)
        if problem:
            wrong[question.key] = problem
        elif sent:
            values[question.key] = tuple(dict.fromkeys(sent))
    answers = IntakeAnswers(values, texts)
    wrong |= {
        question.key: _missing(question)
        for question in QUESTIONS
        if question.key not in wrong and _must_be_answered(question, answers)
    }
    if wrong:
        raise InvalidInput(**wrong)
    return answers


def is_shown(question: Question, answers: IntakeAnswers) -> bool:
    """Say whether a question is asked at all, given the answers before it."""
    follows = question.shown_if
    return follows is None or bool(follows.values & answers.of(follows.key))


def to_json(answers: IntakeAnswers) -> str:
    """Write answers down for keeping; the same answers give the same text."""
    return json.dumps(
        {
            "schema": answers.version,
            "values": {key: list(values) for key, values in answers.values.items()},
            "texts": dict(answers.texts),
        },
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )


def from_json(stored: str) -> IntakeAnswers:
    """Read kept answers back; raises IntakeUnreadable if they are damaged or unknown."""
    try:
        kept = json.loads(stored)
        if kept["schema"] != SCHEMA_VERSION:
            raise IntakeUnreadable("intake_of_another_version")
        values = {key: tuple(chosen) for key, chosen in kept["values"].items()}
        texts = dict(kept["texts"])
        known = all(key in BY_KEY and BY_KEY[key].values.issuperset(values[key]) for key in values)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IntakeUnreadable("intake_damaged") from error
    if not known or not all(_is_text(key, words) for key, words in texts.items()):
        raise IntakeUnreadable("intake_with_unknown_answers")
    return IntakeAnswers(values, texts)


def _is_text(key: str, words: object) -> bool:
    return key in BY_KEY and BY_KEY[key].kind is QuestionKind.TEXT and isinstance(words, str)


def _readable(words: str) -> str:
    """Drop control characters; line breaks stay."""
    spaced = words.replace("\r\n", "\n").replace("\t", " ")
    kept = (ch for ch in spaced if ch == "\n" or unicodedata.category(ch) != "Cc")
    return "".join(kept).strip()


def _text_problem(words: str) -> Flaw | None:
    if len(words) > LONGEST_TEXT:
        return Flaw("answer_too_long", {"longest": LONGEST_TEXT})
    return None


def _choice_problem(question: Question, sent: list[str]) -> Flaw | None:
    chosen = set(sent)
    if not chosen <= question.values:
        return Flaw("answer_not_offered")
    if question.kind in ONE_ONLY and len(chosen) > 1:
        return Flaw("answer_not_the_only_one")
    if NONE in chosen and len(chosen) > 1:
        # Which of the two was meant is not ours to guess.
        return Flaw("answer_beside_none")
    return None


def _must_be_answered(question: Question, answers: IntakeAnswers) -> bool:
    if answers.of(question.key) or answers.text(question.key):
        return False
    if question.shown_if is not None:
        return is_shown(question, answers)
    return question.critical


def _missing(question: Question) -> Flaw:
    if question.kind is QuestionKind.REGIONS:
        return Flaw("place_missing")
    return Flaw("answer_missing")
