"""Three scores read from what people really type; what is not clear is asked, never guessed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from booking.checkins.rules import correction
from booking.checkins.rules import score_vocabulary as w
from booking.checkins.rules.scores import HIGHEST, Item, Scores
from booking.kit import text_normalization
from booking.kit.text_normalization import FRACTION


class UnclearReason(StrEnum):
    """Why numbers in a reply are no answer yet."""

    GLUED = "glued"  # 463
    OUT_OF_RANGE = "out_of_range"  # 11 3 2
    INEXACT = "inexact"  # 4.5, 4-5, half, a minus sign
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    IN_A_SENTENCE = "in_a_sentence"  # three numbers, but among words we do not follow
    ONE_FOR_ALL = "one_for_all"  # all zeros, no pain
    ANNOUNCED = "announced"  # oops: the numbers are still to come


@dataclass(frozen=True, slots=True)
class Scored:
    """A clear answer; `rest` holds the other words, folded to plain text, for a person.

    `is_named` tells that somebody said first who they are.
    """

    scores: Scores
    rest: str = ""
    is_named: bool = False


@dataclass(frozen=True, slots=True)
class Unclear:
    """Numbers that may be an answer: worth one question back, `guess` is never stored as one.

    `rest` holds the other words, as in Scored.
    """

    guess: Scores | None
    reason: UnclearReason
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A word of a reply: a number, the name of an item, or any other word."""

    text: str
    number: int | None = None
    label: Item | None = None

    @property
    def counts(self) -> bool:
        return self.number is not None or self.label is not None


INEXACT_MARK: Final = "~"
NOT_SCORES: Final = re.compile(
    r"\d:\d\d"  # 14:30
    r"|\d\s*(?:am|pm)\b"
    r"|\b\d{1,2}/\d{1,2}/\d{4}\b|\b\d{4}-\d{1,2}-\d{1,2}\b"  # dates
    r"|\d{7}|\b\d{3}[-. )]+\d{4}\b"  # phone numbers
    r"|[$€£]\s*\d"
)
OUT_OF_TEN: Final = re.compile(r"\b(\d{1,2})\s*(?:out\s+of|of|over|de|sobre)\s+(?:a\s+)?10\b")
SLASH_TEN: Final = re.compile(r"(?<![\d/])(?<!/\s)(\d{1,2})\s*/\s*10\b(?!\s*/)")
CHAIN: Final = re.compile(r"\d+(?:(?:[.,]|\s*[/–—−-]\s*)\d+)+")
SEPARATOR: Final = re.compile(r"[.,/–—−-]")
MINUS: Final = re.compile(r"(?<!\w)[-−]\d")
PART: Final = re.compile(r"\d+|[^\W\d_]+|~")
NUMBER_WORD: Final = re.compile(rf"\b(?:{'|'.join(sorted(w.NUMBERS, key=len, reverse=True))})\b")
ALL_ITEMS: Final = frozenset(Item)
LONGEST_NUMBER: Final = 4  # digits; a longer run is no score, however it is read


def read_scores(text: str) -> Scored | Unclear | None:
    """Read pain, tiredness and stiffness from a plain text (see kit.text_normalization).

    Returns None where the text holds no numbers, or numbers that mean something else.
    """
    if NOT_SCORES.search(text):
        return None
    apart = _numbers_apart(text)
    parts = _parts(apart)
    numbers = [part.number for part in parts if part.number is not None]
    if not numbers and not any(ch.isdigit() for ch in text):
        return None
    is_plain = all(number <= HIGHEST for number in numbers) and not _inexact(parts)
    if is_plain and not correction.is_asked(apart):
        clear = _listed(parts) or _labelled(parts)
        if clear:
            return clear
    if not _looks_like_an_answer(parts, numbers):
        return None
    rest = [part for part in parts if not part.counts and part.text != INEXACT_MARK]
    return Unclear(_guess(parts, numbers), _reason(parts, numbers), _said(rest, ()))


def _numbers_apart(text: str) -> str:
    """Write number words as digits and separate what is a list; mark what is no whole number."""
    text = text.replace(INEXACT_MARK, " ").replace(FRACTION, f" {INEXACT_MARK} ")
    text = NUMBER_WORD.sub(lambda found: str(w.NUMBERS[found[0]]), text)
    text = OUT_OF_TEN.sub(r"\1 ", text)
    text = SLASH_TEN.sub(r"\1 ", text)
    text = CHAIN.sub(_chain, text.replace("%", f" {INEXACT_MARK} "))
    return MINUS.sub(lambda found: f" {INEXACT_MARK} {found[0][1:]}", text)


def _chain(found: re.Match[str]) -> str:
    """Open 4/6/3 and its like into a list; 4.5, 4-5 and 4/6 are something between."""
    signs = SEPARATOR.findall(found[0])
    if len(signs) == 2 and signs[0] == signs[1]:
        return " ".join(SEPARATOR.split(found[0]))
    return f" {INEXACT_MARK} "


def _parts(text: str) -> list[Part]:
    found = [_part(piece) for piece in PART.findall(text)]
    letters = {part.label for part in found if part.label is not None and len(part.text) == 1}
    if letters == ALL_ITEMS:
        return found
    # A single letter names an item only where all three do: P4 T6 S3.
    return [Part(p.text) if p.label is not None and len(p.text) == 1 else p for p in found]


def _part(piece: str) -> Part:
    if piece.isdigit():
        # A long run of digits is some other number; its value does not matter.
        return Part(piece, number=int(piece[:LONGEST_NUMBER]))
    if piece in w.INEXACT:
        return Part(INEXACT_MARK)
    for item, names in (
        (Item.PAIN, w.PAIN),
        (Item.TIREDNESS, w.TIREDNESS),
        (Item.STIFFNESS, w.STIFFNESS),
    ):
        if piece in names:
            return Part(piece, label=item)
    return Part(piece)


def _inexact(parts: Iterable[Part]) -> bool:
    return any(part.text == INEXACT_MARK for part in parts)


def _listed(parts: Sequence[Part]) -> Scored | None:
    """Read three numbers in a row, with at most all three names in a row before or after them."""
    at = [i for i, part in enumerate(parts) if part.number is not None]
    if len(at) != 3 or not _only(parts[at[0] : at[-1] + 1], w.LIST_WORDS):
        return None
    if any(part.label for part in parts[at[0] : at[-1] + 1]):
        return None
    values = [parts[i].number or 0 for i in at]
    before, after = parts[: at[0]], parts[at[-1] + 1 :]
    named_before = [part.label for part in before if part.label]
    said_before = [part.text for part in before if not part.counts]
    said_after = [part.text for part in after if not part.counts]
    stands = correction.may_lead(said_before, w.LEAD) and correction.leaves_standing(said_after)
    if not stands or (after and after[0].text in w.UNITS):
        return None
    if named_before:
        return _zipped(named_before, values, after) if len(named_before) == 3 else None
    named_after = [part.label for part in after[:5] if part.label]
    if len(named_after) == 3 and _only(after[:5], w.LIST_WORDS):
        return _zipped(named_after, values, [p for p in after if not p.label])
    return Scored(Scores(*values), _said(before, after))


def _zipped(items: Sequence[Item], values: Sequence[int], rest: Sequence[Part]) -> Scored | None:
    if set(items) != ALL_ITEMS:
        return None
    return Scored(_scores(dict(zip(items, values, strict=True))), _said((), rest))


def _labelled(parts: Sequence[Part]) -> Scored | None:
    """Read a name with each number, in any order of names, as long as the words are plain."""
    at = [i for i, part in enumerate(parts) if part.counts]
    named = _pairs([parts[i] for i in at[:6]])
    # After six parts that count, a seventh may be another name, never another number.
    if named is None or any(parts[i].number is not None for i in at[6:]):
        return None
    first, last = at[0], at[5]
    if not (_leads(parts[:first]) and _only(parts[first:last], w.CONNECT)):
        return None
    if not correction.leaves_standing([part.text for part in parts[last + 1 :]]):
        return None
    for i in at[:6]:
        follows = parts[i + 1].text if i + 1 < len(parts) else ""
        if parts[i].number is not None and follows in w.UNITS and len(follows) > 1:
            return None
    return Scored(_scores(named), _said(parts[:first], parts[last + 1 :]))


def _pairs(counting: Sequence[Part]) -> dict[Item, int] | None:
    """Match names and numbers that take turns; None unless each item has its one number."""
    if len(counting) != 6:
        return None
    named: dict[Item, int] = {}
    for one, other in zip(counting[::2], counting[1::2], strict=True):
        label = one.label or other.label
        number = other.number if one.label else one.number
        # Whichever comes first, a name or a number, comes first every time.
        if label is None or number is None or (one.label is None) != (counting[0].label is None):
            return None
        named[label] = number
    return named if named.keys() == ALL_ITEMS else None


def _scores(named: dict[Item, int]) -> Scores:
    return Scores(named[Item.PAIN], named[Item.TIREDNESS], named[Item.STIFFNESS])


def _only(parts: Iterable[Part], allowed: frozenset[str]) -> bool:
    return all(part.counts or part.text in allowed for part in parts)


def _leads(before: Iterable[Part]) -> bool:
    allowed = w.LEAD | correction.ANNOUNCERS | text_normalization.COURTESY
    said = [part.text for part in before if not part.counts]
    announced = not correction.ANNOUNCERS.isdisjoint(said)
    return all(word in allowed or (announced and word in correction.BESIDE) for word in said)


def _said(before: Iterable[Part], after: Iterable[Part]) -> str:
    lead = [part.text for part in before if part.text not in w.LEAD]
    return " ".join(correction.unsaid([*lead, *(part.text for part in after)]))


def _looks_like_an_answer(parts: Sequence[Part], numbers: Sequence[int]) -> bool:
    """Tell an answer that went wrong from a sentence that happens to hold a number."""
    known = w.LEAD | text_normalization.COURTESY | {INEXACT_MARK}
    said = [part.text for part in parts]
    if correction.is_announced(said) or (
        len(numbers) >= len(Item) and not correction.ANNOUNCERS.isdisjoint(said)
    ):
        known |= correction.ANNOUNCERS | correction.BESIDE
    if _only(parts, known) and not _measures(parts):
        return True
    if len({part.label for part in parts if part.label}) >= 2:
        return True
    if _measures(parts):
        return False
    in_range = all(number <= HIGHEST for number in numbers)
    return (len(numbers) == 3 and in_range) or _names_a_number(parts)


def _measures(parts: Sequence[Part]) -> bool:
    """Say whether some number counts hours, pills or the like."""
    return any(one.number is not None and other.text in w.UNITS for one, other in pairwise(parts))


def _names_a_number(parts: Sequence[Part]) -> bool:
    last: Part | None = None
    for part in parts:
        if part.counts:
            if last is not None and (last.label is None) != (part.label is None):
                return True
            last = part
        elif part.text not in w.CONNECT:
            last = None
    return False


def _guess(parts: Sequence[Part], numbers: Sequence[int]) -> Scores | None:
    digits = "".join(part.text for part in parts if part.number is not None)
    if len(numbers) < 3 and len(digits) == 3 and not _inexact(parts):
        return Scores(*map(int, digits))
    if any(number > HIGHEST for number in numbers):
        return None
    counting = [part for part in parts if part.counts]
    named = _pairs(counting[:6])
    if named is not None:
        return _scores(named)
    labels = [part for part in counting if part.label]
    return Scores(*numbers) if len(numbers) == 3 and len(labels) < 2 else None


def _reason(parts: Sequence[Part], numbers: Sequence[int]) -> UnclearReason:
    digits = "".join(part.text for part in parts if part.number is not None)
    if _inexact(parts):
        return UnclearReason.INEXACT
    if len(numbers) < 3 and len(digits) == 3:
        return UnclearReason.GLUED
    if any(number > HIGHEST for number in numbers):
        return UnclearReason.OUT_OF_RANGE
    if len(numbers) != 3:
        return UnclearReason.TOO_FEW if len(numbers) < 3 else UnclearReason.TOO_MANY
    return UnclearReason.IN_A_SENTENCE
