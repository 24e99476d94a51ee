"""Texts that quote a text: what a phone sends where somebody taps a heart on one of ours.

Nothing here knows what was sent; whoever asks proves which of the passages are our own words.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from booking.kit.text_normalization import normalize, words

MARKS: Final = frozenset("\"“”„‟«»‹›'‘’‚‛`´\n")
"""Where a quotation may begin or end; a name in it may have an apostrophe of its own."""
MOST_MARKS: Final = 24
"""A text with more is no like, and is read as it stands."""
LONGEST: Final = 1_600
"""Characters of the longest text a carrier takes."""
AROUND: Final = " \t\r\n\u00a0\u2009\u200a\u200b\u200c\u200e\u200f\u202f\u2060\ufeff"
"""Blanks, seen or not, that phones put between a quotation and its marks."""
CUT: Final = "\n.\n"
"""Stands where a passage was cut out: words before and after it are no one sentence."""

# As they stand once accents, emoji and the quotation are gone: "Reacted 👍 to “…”".
REACTIONS: Final = frozenset(
    {
        "liked",
        "loved",
        "disliked",
        "laughed at",
        "emphasized",
        "emphasised",
        "questioned",
        "reacted to",
        "reacted with to",
        "reacted with a sticker to",
        "to",
        "removed from",
        "removed a like from",
        "removed a heart from",
        "removed a dislike from",
        "removed a laugh from",
        "removed an exclamation from",
        "removed an exclamation mark from",
        "removed an exclamation point from",
        "removed a question mark from",
        "removed a reaction from",
        "removed a sticker from",
        "le gusto",
        "le encanto",
        "no le gusto",
        "me gusta",
        "me encanta",
        "le dio risa",
        "le dio risa con",
        "le causo risa",
        "le causo gracia",
        "le hizo gracia",
        "se rio de",
        "enfatizo",
        "destaco",
        "exclamo",
        "exclamo por",
        "cuestiono",
        "pregunto",
        "pregunto por",
        "puso en duda",
        "reacciono a",
        "reacciono con a",
        "a",
        "elimino de",
        "elimino un me gusta de",
        "elimino me gusta de",
        "elimino un corazon de",
        "elimino un no me gusta de",
        "elimino una risa de",
        "elimino una exclamacion de",
        "elimino un signo de exclamacion de",
        "elimino un signo de interrogacion de",
        "elimino una reaccion de",
        "quito de",
        "quito un me gusta de",
        "quito un corazon de",
        "quito una reaccion de",
    }
)


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a text that may be a quotation: text[start:end]."""

    start: int
    end: int
    said: str


def candidate_quotes(text: str) -> list[Span]:
    """Return all of a text that may be quoted, the longest first; the whole of it is one."""
    marks = [i for i, sign in enumerate(text) if sign in MARKS]
    if len(marks) > MOST_MARKS:
        marks = []
    found = []
    for start in (0, *(i + 1 for i in marks)):
        for end in (*marks, len(text)):
            if start < end <= start + LONGEST:
                said = text[start:end].lstrip(AROUND + ">").rstrip(AROUND)
                if said:
                    found.append(Span(start, end, said))
    return sorted(found, key=lambda one: one.start - one.end)


def remove_passages(text: str, ours: Collection[str]) -> str:
    """Return a text without the passages that are word for word among our own texts."""
    cut: list[Span] = []
    for one in candidate_quotes(text):
        if one.said in ours and all(one.end <= p.start or p.end <= one.start for p in cut):
            cut.append(one)
    left, end = "", 0
    for one in sorted(cut, key=lambda one: one.start):
        left += text[end : one.start] + CUT
        end = one.end
    return left + text[end:] if cut else text


def is_reaction(left: str) -> bool:
    """Tell whether what is left beside a quotation only says how somebody liked it.

    Nothing but an emoji does; nothing at all does not: that is a text sent back as it came.
    """
    spoken = " ".join(words(normalize(left)))
    if spoken:
        return spoken in REACTIONS
    return any(ord(sign) > 0x2190 for sign in left if sign not in MARKS and sign not in AROUND)
