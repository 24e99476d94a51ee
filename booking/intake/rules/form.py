"""What an intake question is made of; the questions themselves stand in questions."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

TALK: Final = "talk"
NONE: Final = "none"


class QuestionKind(StrEnum):
    """How a question is answered on the page."""

    CHOICE = "choice"  # one of the options
    MULTI = "multi"  # any number of the options
    SCALE = "scale"  # one number, offered as options
    TEXT = "text"  # the patient's own words
    REGIONS = "regions"  # any number of places on the body


class Group(StrEnum):
    """The parts of the form, in page order."""

    TODAY = "today"
    HEALTH = "health"
    BODY = "body"
    COMFORT = "comfort"


@dataclass(frozen=True, slots=True)
class GroupText:
    """The heading of one part of the form and the sentence under it."""

    key: Group
    title: str
    intro: str


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose: what is sent and what is read."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class ShownIf:
    """A follow-up's condition: the question `key` has one of these values."""

    key: str
    values: frozenset[str]


TALK_OPTION: Final = Option(TALK, "I would rather talk about it")


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the intake.

    `options` ends with TALK_OPTION for every kind; a text question sends it under the same
    name, beside the text. A `critical` question decides whether a session may be booked and
    must be answered, be it with "I would rather talk about it". A follow-up (`shown_if`) must
    be answered whenever it is shown.
    """

    key: str
    group: Group
    kind: QuestionKind
    label: str
    why: str
    options: tuple[Option, ...]
    critical: bool = False
    shown_if: ShownIf | None = None

    @property
    def values(self) -> frozenset[str]:
        """The values an answer to this question may have."""
        return frozenset(option.value for option in self.options)

    def label_of(self, value: str) -> str:
        """Return what a stored value reads like on a page."""
        return next((option.label for option in self.options if option.value == value), value)


def offered(*pairs: tuple[str, str]) -> tuple[Option, ...]:
    """Turn (value, label) pairs into options and add the wish to talk."""
    return (*(Option(value, label) for value, label in pairs), TALK_OPTION)
