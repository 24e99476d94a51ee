"""The words a carrier acts on by itself: opting out, opting in, asking for help.

Twilio's defaults for long codes; only a text that is the bare word counts.
https://help.twilio.com/articles/223134027
"""

from typing import Literal

OptOutType = Literal["STOP", "START", "HELP"]

STOP_WORDS = frozenset(
    {"STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL", "REVOKE", "OPTOUT"}
)
START_WORDS = frozenset({"START", "YES", "UNSTOP"})
HELP_WORDS = frozenset({"HELP", "INFO"})

CONFIRMATIONS: dict[OptOutType, str] = {
    "STOP": "You will get no more texts from this number. Reply START to get them again.",
    "START": "You will get texts from this number again. Reply STOP to end them.",
    "HELP": "Reply STOP to end texts from this number. Message and data rates may apply.",
}


def opt_out_type(body: str) -> OptOutType | None:
    """Say which carrier keyword a text is, if it is one."""
    word = body.strip().upper()
    if word in STOP_WORDS:
        return "STOP"
    if word in START_WORDS:
        return "START"
    if word in HELP_WORDS:
        return "HELP"
    return None
