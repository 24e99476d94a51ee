"""Why a text waits for a person, where its words alone do not say it."""

from enum import StrEnum


class Handover(StrEnum):
    """What a person has to know about a text beside what it says."""

    SESSION_STANDS = "session_stands"
    LATE_NUMBERS = "late_numbers"
    TAPBACK = "tapback"
    NOT_UNDERSTOOD = "not_understood"
