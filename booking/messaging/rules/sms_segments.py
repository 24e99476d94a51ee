"""What a text costs: the GSM-7 alphabet, and how to stay inside it."""

import unicodedata
from typing import Final

_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED: Final = frozenset("\f^{}\\[~]|€")
_ALPHABET: Final = _BASIC | _EXTENDED
_PLAIN: Final = str.maketrans(
    {
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "\u2018": "'",
        "\u2019": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2013": "-",
        "\u2014": "-",
        "\u2026": "...",
        "\u2022": "-",
    }
)
ONE_SEGMENT: Final = 160
ONE_SEGMENT_WIDE: Final = 70
_PART: Final = 153
_PART_WIDE: Final = 67


def to_gsm7(text: str) -> str:
    """Return the text with typographic marks and accents GSM-7 lacks made plain.

    One such character would make the whole text cost more than twice as much. A script that
    has no plain form here is left as it is.
    """
    text = text.translate(_PLAIN)
    return text if is_gsm7(text) else "".join(map(_plain_character, text))


def is_gsm7(text: str) -> bool:
    """Whether every character is in the GSM-7 alphabet."""
    return _ALPHABET.issuperset(text)


def segments(text: str) -> int:
    """Return how many segments a text is sent and charged as; an empty one is one."""
    if is_gsm7(text):
        septets = len(text) + sum(map(text.count, _EXTENDED))
        return 1 if septets <= ONE_SEGMENT else -(-septets // _PART)
    units = len(text.encode("utf-16-be")) // 2
    return 1 if units <= ONE_SEGMENT_WIDE else -(-units // _PART_WIDE)


def _plain_character(ch: str) -> str:
    if ch in _ALPHABET:
        return ch
    bare = "".join(
        part for part in unicodedata.normalize("NFD", ch) if not unicodedata.combining(part)
    )
    return bare if bare and all(part in _BASIC for part in bare) else ch
