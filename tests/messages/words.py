"""Words that may not stand in a message: everybody with the phone in hand can read it."""

import re
from pathlib import Path

from booking.messaging.kinds import Kind

_LINES = Path(__file__).with_name("health_words.txt").read_text().splitlines()
_HEALTH = [line for line in _LINES if line and not line.startswith("#")]

HEALTH_WORDS = re.compile(rf"\b(?:{'|'.join(_HEALTH)})\b", re.IGNORECASE)

ASKED_ABOUT = ("pain", "tiredness", "stiffness", "dolor", "cansancio", "rigidez")
"""The one exception: the check-in names the three things it asks to be rated."""

OPT_OUT_WORDS = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
OPT_IN_WORDS = {"START", "YES", "UNSTOP"}
HELP_WORDS = {"HELP", "INFO"}
SPANISH_WORDS = {"ALTO", "BAJA", "PARAR", "AYUDA"}
OPT_WORDS = OPT_OUT_WORDS | OPT_IN_WORDS | HELP_WORDS | SPANISH_WORDS
"""What carriers act on by themselves, and what is understood in Spanish."""

STOP_IS_NAMED_BY = {Kind.HELP: {"STOP"}}
"""The other exception: who asks for help is told how to end the texts, as carriers demand."""

REPLY_VERBS = re.compile(
    r"(?i:\b(?:reply|answer|send|text back|responda|envie|mande|conteste)\s+)[\"']?([A-Za-z]+)"
)
