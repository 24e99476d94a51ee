"""What a text from a patient means: opt-out first, then help, letters, scores, own words.

Red flags are looked for apart from this, in every text (see redflags).

When "stop" ends all texts and when it is only a word:
- nothing but an opt-out word with courtesies or words for the texts: opt-out;
- an opt-out word as a sentence of its own ("4 6 3. STOP"), or beside bare numbers: opt-out;
- a phrase that can only mean the texts ("don't text me", "opt me out"): opt-out;
- a sentence that begins with "stop": opt-out, unless it goes on about something else
  ("stop the pain", "stop by at 3");
- anything else ("the pain won't stop", "please don't stop texting"): not an opt-out.
An honest opt-out missed breaks the law, one too many costs a confirmation that says how to
undo it: so in doubt it is one, and whatever else was said is still shown to a person.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from booking.domain import words as w
from booking.domain.plain_text import plain, words
from booking.domain.score_text import Scored, Unclear, UnclearReason, read_scores

__all__ = [
    "Changed",
    "Confirm",
    "HelpAsked",
    "Move",
    "OptIn",
    "OptOut",
    "Other",
    "Reading",
    "Scored",
    "Unchanged",
    "Unclear",
    "UnclearReason",
    "free_text",
    "language_of",
    "read_reply",
]


@dataclass(frozen=True, slots=True)
class OptOut:
    """No more texts to this phone, whoever uses it; `rest` is what else was said."""

    rest: str = ""


@dataclass(frozen=True, slots=True)
class OptIn:
    """Texts again, if they were stopped; `word` is what was said, such as start or yes."""

    word: str


@dataclass(frozen=True, slots=True)
class HelpAsked:
    """Help about the texts, or help at all: the answer carries the emergency number."""


@dataclass(frozen=True, slots=True)
class Confirm:
    """C: the patient is coming."""


@dataclass(frozen=True, slots=True)
class Move:
    """R: the patient wants another time."""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """N: nothing changed in the patient's health."""


@dataclass(frozen=True, slots=True)
class Changed:
    """H: something changed in the patient's health."""


@dataclass(frozen=True, slots=True)
class Other:
    """The patient's own words, for a person to read."""

    text: str


Reading = (
    OptOut | OptIn | HelpAsked | Confirm | Move | Unchanged | Changed | Scored | Unclear | Other
)

MEANINGS: Final[dict[str, Reading]] = {
    "confirm": Confirm(),
    "move": Move(),
    "unchanged": Unchanged(),
    "changed": Changed(),
}
SENTENCE_END: Final = re.compile(r"[.!?,;:\n()\"“”…—–]+")
TEXTS_WORD: Final = (
    r"(?:texts?|txts?|messages?|msgs?|sms|reminders?|notifications?|check ?ins?"
    r"|mensajes?|textos?|recordatorios?)"
)
# "Remove me from the waiting list" is about something else.
LISTS: Final = r"(?! (?:from|off) (?:\w+ )?(?:wait|session|appoint|book|schedule|calend))"
OPT_OUT_PHRASE: Final = re.compile(
    r"\b(?:"
    r"opt(?:ing)? (?:me |us )?out|unsubscribe(?: me)?"
    r"|(?:stop|quit|cease|end|cancel) (?:\w+ ){0,3}?"
    rf"(?:texting|txting|messaging|contacting|{TEXTS_WORD})"
    r"|(?:dont|do not|never) (?:ever )?(?:text|txt|message|contact|sms) (?:me|this|us)"
    rf"|no more {TEXTS_WORD}|take me off(?! (?:\w+ )?(?:wait|schedule|calend))"
    rf"|remove (?:me|my number){LISTS}|leave me alone"
    r"|(?:revoke|withdraw) (?:my )?consent|lose my number"
    rf"|no (?:quiero )?(?:recibir )?mas {TEXTS_WORD}|no quiero (?:recibir )?(?:\w+ )?{TEXTS_WORD}"
    r"|no me (?:envi\w+|mand\w+|escrib\w+)"
    r"|(?:deje|dejen|deja|dejar) de (?:enviar|mandar|escribir|molestar)\w*"
    r"|(?:dar|darme|deme|denme|dame|quiero darme|quiero) (?:la |de )?baja"
    r"|(?:revoco|retiro) (?:mi )?consentimiento"
    r")\b"
)
# Before such a phrase, within three words, these turn it round: "please don't stop texting".
TURNED_ROUND: Final = re.compile(r"\b(?:dont|not|never|no need)(?: \w+){0,3} $")


def read_reply(text: str) -> Reading:
    """Say what one reply means; every text has exactly one reading, and none makes it fail."""
    said = plain(text)
    spoken = words(said)
    sentences = [found for part in SENTENCE_END.split(said) if (found := words(part))]
    if _opts_out(spoken, sentences):
        return OptOut(_rest(spoken))
    core = [word for word in spoken if word not in w.COURTESY]
    single = _single(core)
    if single is not None:
        return single
    scored = read_scores(said)
    if isinstance(scored, Scored) and _nothing_but(
        words(scored.rest), w.OPT_OUT_STRONG, w.COURTESY
    ):
        return OptOut(_rest(spoken))
    return scored or Other(text.strip())


def language_of(text: str) -> str | None:
    """Return the language of the word a text asks for help, stop or start with: en, es or None."""
    if not isinstance(read_reply(text), OptOut | OptIn | HelpAsked):
        return None
    return "en" if w.SPANISH.isdisjoint(words(plain(text))) else "es"


def free_text(reading: Reading) -> str:
    """Return what a person should read in a reply, or nothing where the reading says it all."""
    if isinstance(reading, Other):
        return reading.text
    if isinstance(reading, OptOut | Scored | Unclear):
        return " ".join(word for word in reading.rest.split() if word not in w.COURTESY)
    return ""


def _opts_out(spoken: Sequence[str], sentences: Sequence[Sequence[str]]) -> bool:
    around = w.COURTESY | w.TEXTS
    if _nothing_but(spoken, w.OPT_OUT_ALONE, around):
        return True
    numbers = frozenset(word for word in spoken if word.isdigit())
    if _nothing_but(spoken, w.OPT_OUT_STRONG, around | w.SMALL | numbers):
        return True
    return any(_stops(sentence) for sentence in sentences)


def _stops(sentence: Sequence[str]) -> bool:
    """Say whether one sentence by itself asks for no more texts."""
    around = w.COURTESY | w.TEXTS | w.SMALL
    if _nothing_but(sentence, w.OPT_OUT_STRONG, around):
        return True
    phrase = OPT_OUT_PHRASE.search(line := " ".join(sentence))
    if phrase and not TURNED_ROUND.search(line[: phrase.start()]):
        return True
    core = [word for word in sentence if word not in w.COURTESY]
    return core[:1] != [] and core[0] in w.OPT_OUT_STRONG and not w.STOP_OTHER & {*core}


def _nothing_but(spoken: Sequence[str], wanted: frozenset[str], around: frozenset[str]) -> bool:
    return any(word in wanted for word in spoken) and all(
        word in wanted or word in around for word in spoken
    )


def _single(core: Sequence[str]) -> Reading | None:
    """Read opt-in, help and the letters, which count only where nothing else is said."""
    if _nothing_but(core, w.OPT_IN, w.TEXTS | {"me", "again", "to"}):
        return OptIn(next(word for word in core if word in w.OPT_IN))
    if _nothing_but(core, w.HELP, frozenset({"me", "i", "need", "necesito"})):
        return HelpAsked()
    meaning = w.LETTERS.get(" ".join(core))
    if meaning is None:
        meaning = w.LETTERS.get(" ".join(word for word in core if word not in w.AGREEMENT))
    return None if meaning is None else MEANINGS[meaning]


def _rest(spoken: Sequence[str]) -> str:
    said = w.OPT_OUT_ALONE | w.TEXTS | w.SMALL
    others = words(OPT_OUT_PHRASE.sub(" ", " ".join(spoken)))
    return " ".join(word for word in others if word not in said)
