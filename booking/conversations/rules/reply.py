"""What a text from a patient means: opt-out first, then help, letters, scores, own words.

Red flags are looked for apart from this, in every text (see safety.red_flags).

When a text ends all texts, and when "stop" is only a word (see opt_out):
- nothing but an opt-out word with courtesies or words for the texts: opt-out;
- an opt-out word as a sentence of its own ("4 6 3. STOP"), or beside bare numbers: opt-out;
- a wish that names the texts, a list or the phone ("I no longer want these"): opt-out;
- a sentence that begins with "stop": opt-out, unless it goes on about something else
  ("stop the pain", "stop by at 3");
- anything else ("the pain won't stop", "please don't stop texting"): not an opt-out.
An honest opt-out missed breaks the law, one too many costs a confirmation that says how to
undo it: so in doubt it is one, and whatever else was said is still shown to a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from booking.checkins.rules import correction
from booking.checkins.rules.one_for_all import one_for_all
from booking.checkins.rules.score_introduction import read_named_scores
from booking.checkins.rules.score_text import Scored, Unclear, UnclearReason, read_scores
from booking.conversations.rules import vocabulary as w
from booking.conversations.rules.attendance_reply import agrees, confirms
from booking.conversations.rules.opt_out import find_wish, nothing_but
from booking.kit import text_normalization
from booking.kit.look_alikes import latin
from booking.kit.text_normalization import normalize, words
from booking.messaging.meaning import Meaning

__all__ = [
    "Agree",
    "Changed",
    "Confirm",
    "HelpAsked",
    "MoveRequest",
    "OptInRequest",
    "OptOutRequest",
    "Other",
    "Reading",
    "Scored",
    "Unchanged",
    "Unclear",
    "UnclearReason",
    "free_text",
    "language_of",
    "meaning_of",
    "read_reply",
]


@dataclass(frozen=True, slots=True)
class OptOutRequest:
    """No more texts to this phone, whoever uses it; `rest` is what else was said."""

    rest: str = ""
    may_mean_session: bool = False
    """It names no texts: "cancel" may be about the appointment, and a person has to know."""


@dataclass(frozen=True, slots=True)
class OptInRequest:
    """Texts again, if they were stopped; `word` is what was said, such as start or yes."""

    word: str


@dataclass(frozen=True, slots=True)
class HelpAsked:
    """Help about the texts, or help at all: the answer carries the emergency number."""


@dataclass(frozen=True, slots=True)
class Confirm:
    """C: the patient is coming."""


@dataclass(frozen=True, slots=True)
class Agree:
    """A plain yes: it means what the one open question asks, where one is open."""


@dataclass(frozen=True, slots=True)
class MoveRequest:
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
    OptOutRequest
    | OptInRequest
    | HelpAsked
    | Confirm
    | Agree
    | MoveRequest
    | Unchanged
    | Changed
    | Scored
    | Unclear
    | Other
)

MEANINGS: Final[dict[str, Reading]] = {
    "confirm": Confirm(),
    "move": MoveRequest(),
    "unchanged": Unchanged(),
    "changed": Changed(),
}


READ_AS: Final[dict[type[Reading], Meaning]] = {
    OptOutRequest: Meaning.OPT_OUT,
    OptInRequest: Meaning.OPT_IN,
    HelpAsked: Meaning.HELP,
    Confirm: Meaning.CONFIRM,
    Agree: Meaning.AGREE,
    MoveRequest: Meaning.MOVE,
    Unchanged: Meaning.UNCHANGED,
    Changed: Meaning.CHANGED,
    Scored: Meaning.SCORES,
    Unclear: Meaning.UNCLEAR,
    Other: Meaning.OTHER,
}


def meaning_of(reading: Reading) -> Meaning:
    """Return the word that a text's row keeps of how it was read."""
    return READ_AS[type(reading)]


def read_reply(text: str) -> Reading:
    """Say what one reply means; every text has exactly one reading, and none makes it fail."""
    said = correction.without_our_mark(latin(normalize(text)))
    wish = find_wish(text, said)
    if wish is not None:
        return OptOutRequest(wish.rest, wish.may_mean_session)
    spoken = words(said)
    return (
        _single(
            [word for word in spoken if word not in text_normalization.COURTESY],
            is_asked="?" in said,
        )
        or _about_coming(text, spoken)
        or _about_scores(said, spoken)
        or Other(text.strip())
    )


def _about_coming(text: str, spoken: Sequence[str]) -> Reading | None:
    if confirms(text, spoken):
        return Confirm()
    return Agree() if agrees(text, spoken) else None


def _about_scores(said: str, spoken: Sequence[str]) -> Reading | None:
    if correction.announces(spoken):
        return Unclear(None, UnclearReason.ANNOUNCED)
    if one_for_all(spoken):
        return Unclear(None, UnclearReason.ONE_FOR_ALL)
    found = read_scores(said)
    if not isinstance(found, Scored):
        found = read_named_scores(said) or found
    if isinstance(found, Scored) and nothing_but(
        words(found.rest), w.OPT_OUT_STRONG, text_normalization.COURTESY
    ):
        return OptOutRequest(" ".join(word for word in spoken if word not in w.OPT_OUT_STRONG))
    return found


def language_of(text: str) -> str | None:
    """Return the language of the word a text asks for help, stop or start with: en, es or None."""
    if not isinstance(read_reply(text), OptOutRequest | OptInRequest | HelpAsked):
        return None
    return "en" if w.SPANISH.isdisjoint(words(normalize(text))) else "es"


def free_text(reading: Reading) -> str:
    """Return what a person should read in a reply, or nothing where the reading says it all."""
    if isinstance(reading, Other):
        return reading.text
    if isinstance(reading, OptOutRequest | Scored | Unclear):
        return " ".join(
            word for word in reading.rest.split() if word not in text_normalization.COURTESY
        )
    return ""


def _single(core: Sequence[str], *, is_asked: bool) -> Reading | None:
    """Read opt-in, help and the letters, which count only where nothing else is said."""
    if nothing_but(core, w.OPT_IN, w.TEXTS | {"me", "again", "to"}):
        return OptInRequest(next(word for word in core if word in w.OPT_IN))
    if nothing_but(core, w.HELP, frozenset({"me", "i", "need", "necesito"})):
        return HelpAsked()
    meaning = w.LETTERS.get(" ".join(core))
    if meaning is None:
        meaning = w.LETTERS.get(" ".join(word for word in core if word not in w.AGREEMENT))
    if meaning is None or (is_asked and meaning == "confirm"):
        return None
    return MEANINGS[meaning]
