"""Names of people: read as they are written, refused where they are an advertisement.

Joiners stand inside Persian, Sinhala and Malayalam names (Unicode UAX #31, 2.3), direction marks
come along with what is copied from a contact.
"""

import re
import unicodedata

from booking.kit.errors import InvalidInput

LONGEST_NAME = 120
MOST_WORDS = 14
MOST_DIGITS = 2

_JOINERS = "\u200c\u200d"
_MARKS = frozenset({"Mn", "Mc"})
_REFUSED = frozenset({"Cc", "Cs", "Co", "Cn", "So", "Sc", "Sm"})
_SIGNS = re.compile(r"[<>{}\[\]|\\/@#*_^~=+%!?;:…]")
_DOTS = str.maketrans(dict.fromkeys("。．｡․", "."))
_WEB_ADDRESS = re.compile(r"[^\W_]{2,}\.[^\W_]{2,}|\d\.\d|\bwww\b|\bhttps?\b", re.IGNORECASE)
# Words of sentences and advertisements that are hardly ever names; one may be, two are not.
_OF_SENTENCES = frozenset(
    {
        "your",
        "free",
        "click",
        "visit",
        "prize",
        "winner",
        "claim",
        "here",
        "now",
        "please",
        "the",
        "are",
        "have",
        "been",
        "account",
        "password",
        "verify",
        "offer",
        "discount",
        "cheap",
        "money",
        "loan",
        "crypto",
        "bitcoin",
        "com",
        "dot",
        "link",
        "website",
        "session",
        "appointment",
        "moved",
        "cancelled",
        "noon",
        "tonight",
        "today",
        "tomorrow",
        "pills",
        "us",
        "call",
        "text",
        "reply",
        "is",
        "was",
        "has",
        "with",
        "for",
        "from",
        "gratis",
        "oferta",
        "ganaste",
        "premio",
        "visite",
        "visita",
        "haga",
        "clic",
        "aqui",
        "cuenta",
        "usted",
        "dinero",
        "punto",
        "llame",
        "llama",
        "cita",
        "hoy",
        "ahora",
        "nueva",
    }
)
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼʹ`´′＇ꞌ", "'"))
_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"))


class InvalidName(InvalidInput):
    """What was typed is no name of a person."""

    code = "invalid_name"


def parse_name(raw: str) -> str:
    """Read a name as people write it; raises InvalidName."""
    name = _without_unseen(raw)
    if not name:
        raise InvalidName("name_missing")
    if len(name) > LONGEST_NAME:
        raise InvalidName("name_too_long", longest=LONGEST_NAME)
    folded = unicodedata.normalize("NFKC", name).translate(_DOTS)
    if _WEB_ADDRESS.search(folded):
        raise InvalidName("name_with_address")
    if _SIGNS.search(folded) or not _is_of_letters(name) or _is_a_sentence(folded):
        raise InvalidName("name_with_signs")
    return name


def name_key(name: str) -> str:
    """Return a name as it is compared: one form of each letter, one apostrophe, one hyphen."""
    # Before folding: NFKC makes a blank and a loose accent of an acute that stands alone.
    typed = name.translate(_APOSTROPHES).translate(_HYPHENS)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", typed).casefold())
    shown = "".join(ch for ch in folded if unicodedata.category(ch) != "Cf")
    return " ".join(re.sub(r"\s*-\s*", "-", shown).split())


def _without_unseen(raw: str) -> str:
    """Return a name in one form (NFC) without marks that nobody sees, joiners in words aside."""
    composed = unicodedata.normalize("NFC", raw)
    kept = (ch for ch in composed if ch in _JOINERS or unicodedata.category(ch) != "Cf")
    return " ".join(_without_stray_joiners("".join(kept)).split())


def _without_stray_joiners(name: str) -> str:
    """Keep a joiner only between two letters; the marks of a letter are part of it."""
    kept: list[str] = []
    for at, ch in enumerate(name):
        if ch in _JOINERS:
            before = kept[-1] if kept else ""
            after = name[at + 1 : at + 2]
            if not (_is_letter(before) and _is_letter(after)):
                continue
        kept.append(ch)
    return "".join(kept)


def _is_letter(ch: str) -> bool:
    return bool(ch) and (ch.isalpha() or unicodedata.category(ch) in _MARKS)


def _is_of_letters(name: str) -> bool:
    has_letter = any(ch.isalpha() for ch in name)
    digits = sum(ch.isdigit() for ch in name)
    refused = any(unicodedata.category(ch) in _REFUSED for ch in name)
    return has_letter and digits <= MOST_DIGITS and not refused


def _is_a_sentence(name: str) -> bool:
    words = [word.strip(".,'\"()") for word in name_key(name).split()]
    return len(words) > MOST_WORDS or sum(word in _OF_SENTENCES for word in words) > 1
