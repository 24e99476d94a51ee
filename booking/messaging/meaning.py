"""What a text from a phone was read as, in one word."""

from enum import StrEnum


class Meaning(StrEnum):
    """What a text asks for; the words are what rows hold, so they stay as they are."""

    OPT_OUT = "optout"
    OPT_IN = "optin"
    HELP = "helpasked"
    CONFIRM = "confirm"
    AGREE = "agree"
    MOVE = "move"
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    SCORES = "scored"
    UNCLEAR = "unclear"
    """It looks like scores, and nobody can tell which."""
    OTHER = "other"
    """The patient's own words, for a person to read."""
    REACTION = "reaction"
    """How somebody liked one of ours: it asks for nothing."""
    NOTE = "note"
    """Written on the page of a check-in."""
    NOT_UNDERSTOOD = "not understood"
    """It could not be acted on, however often it was tried."""
