"""What people type, made plain before any rule looks at it."""

import re
import unicodedata
from typing import Final

KEYCAP: Final = re.compile("([0-9#*])\ufe0f?\u20e3")
TEN_EMOJI: Final = "\U0001f51f"
APOSTROPHES: Final = dict.fromkeys(map(ord, "'’‘ʼ`´′＇"))
DRAWN_OUT: Final = re.compile(r"([^\W\d_])\1{2,}")
WORD: Final = re.compile(r"[^\W_]+")

# Stands in plain text for a part of a number, such as ½; no phone types it.
FRACTION: Final = "\u2053"


def normalize(text: str) -> str:
    """Fold case, accents, full-width forms and emoji digits; keep words, digits and punctuation.

    Apostrophes vanish (can't becomes cant), a letter drawn out becomes one (stoooop becomes
    stop), a part of a number becomes FRACTION. Never fails, whatever was typed.
    """
    text = KEYCAP.sub(r" \1 ", text.replace(TEN_EMOJI, " 10 ").replace(FRACTION, " "))
    text = "".join(map(_number_sign, text.translate(APOSTROPHES)))
    text = unicodedata.normalize("NFKD", text).casefold()
    # Folding case can bring accents back (İ), so they are dropped after it.
    text = "".join(map(_letter, unicodedata.normalize("NFKD", text)))
    return DRAWN_OUT.sub(r"\1", text.translate(APOSTROPHES))


def words(text: str) -> list[str]:
    """Return the words and numbers of a plain text, in order."""
    return WORD.findall(text)


def _number_sign(ch: str) -> str:
    """Write ④ as 4 and ½ as FRACTION, each apart from its neighbours."""
    if unicodedata.category(ch) != "No":
        return ch
    value = unicodedata.numeric(ch, -1.0)
    return f" {int(value)} " if value >= 0 and value.is_integer() else FRACTION


def _letter(ch: str) -> str:
    category = unicodedata.category(ch)
    if category in {"Mn", "Me", "Cf"}:
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(ch))
    return " " if category in {"Cc", "Zs", "Zl", "Zp"} and ch != "\n" else ch


def vocabulary(text: str) -> frozenset[str]:
    """Return the words of a text, each once."""
    return frozenset(text.split())


# Said around a word without changing it.
COURTESY: Final = vocabulary(
    "please pls plz plis thanks thank thanx thx ty you u now ok okay k hi hello hey sorry dear "
    "team sir madam por favor porfavor porfa gracias ya hola saludos muchas "
    "immediately"
)
