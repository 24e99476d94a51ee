"""How many SMS segments a text takes: GSM 03.38 with its extension table, else UCS-2."""

import re

GSM_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION = "\f^{}\\[~]|€"

_ONLY_BASIC = re.compile(f"[{re.escape(GSM_BASIC)}]*")
_ONLY_GSM = re.compile(f"[{re.escape(GSM_BASIC + GSM_EXTENSION)}]*")
_EXTENDED = frozenset(GSM_EXTENSION)


def segment_count(body: str) -> int:
    """Count the segments of a text: 160 or 153 septets each, or 70 or 67 UCS-2 units.

    A character of the extension table takes two septets, and neither it nor a surrogate pair
    is ever split over two segments, so the count can be higher than the plain division.
    """
    if _ONLY_BASIC.fullmatch(body):
        return _evenly(len(body), single=160, joined=153)
    if _ONLY_GSM.fullmatch(body):
        return _packed([2 if letter in _EXTENDED else 1 for letter in body], 160, 153)
    return _packed([2 if letter > "\uffff" else 1 for letter in body], 70, 67)


def text_units(body: str) -> int:
    """Count a text's length in UTF-16 units, the stricter reading of "characters"."""
    return len(body) + sum(letter > "\uffff" for letter in body)


def _evenly(length: int, *, single: int, joined: int) -> int:
    return 1 if length <= single else -(-length // joined)


def _packed(widths: list[int], single: int, joined: int) -> int:
    if sum(widths) <= single:
        return 1
    segments, used = 1, 0
    for width in widths:
        if used + width > joined:
            segments, used = segments + 1, 0
        used += width
    return segments
