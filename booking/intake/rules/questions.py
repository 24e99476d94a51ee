"""The short intake as a whole: its parts and all its questions, in page order."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from booking.intake.rules.form import Group, GroupText, Question
from booking.intake.rules.questions_body import BODY, COMFORT
from booking.intake.rules.questions_health import HEALTH, TODAY

# Raised whenever a question or a value is taken away or means something else.
SCHEMA_VERSION: Final = 1

GROUPS: Final = (
    GroupText(Group.TODAY, "Today", "First, how you are now. With some answers we wait."),
    GroupText(Group.HEALTH, "Health background", "Only what changes how a session is given."),
    GroupText(Group.BODY, "Your body today", "Places to work around, and how your skin feels."),
    GroupText(Group.COMFORT, "Comfort", "So that the table, the oil and the touch suit you."),
)

QUESTIONS: Final[tuple[Question, ...]] = (*TODAY, *HEALTH, *BODY, *COMFORT)

BY_KEY: Final[Mapping[str, Question]] = MappingProxyType({q.key: q for q in QUESTIONS})
