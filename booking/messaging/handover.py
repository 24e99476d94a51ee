"""Why a text waits for a person, where its words alone do not say it."""

from enum import StrEnum
from typing import Final


class Handover(StrEnum):
    """What a person has to know about a text beside what it says."""

    SESSION_STANDS = "session_stands"
    LATE_NUMBERS = "late_numbers"
    TAPBACK = "tapback"
    NOT_UNDERSTOOD = "not_understood"


FOR_STAFF: Final[dict[Handover, str]] = {
    Handover.SESSION_STANDS: (
        "No more texts go to this phone, as it asked. The session still stands: please find out "
        "by mail or call whether it should be cancelled. A mail has told the patient how to."
    ),
    Handover.LATE_NUMBERS: (
        "These numbers came too late to be kept. The earlier answer stands, and the sender was "
        "told that a person reads this."
    ),
    Handover.TAPBACK: (
        "Somebody tapped a sign on the text that asks this. It was not taken as an answer."
    ),
    Handover.NOT_UNDERSTOOD: "This text could not be acted on, however often it was tried.",
}
