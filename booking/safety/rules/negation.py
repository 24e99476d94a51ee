"""Words that turn a red flag round ("no chest pain"), and those that turn it back.

A negated flag is still read by a person, so a doubt is settled the other way: whatever is not
plainly negated counts in full.
"""

from collections.abc import Sequence, Set
from itertools import pairwise
from typing import Final

from booking.kit.text_normalization import vocabulary

NEGATORS: Final = vocabulary(
    "no not never none dont doesnt didnt havent hasnt hadnt isnt wasnt arent werent nor neither "
    "without denies deny sin nunca tampoco ni ningun ninguna jamas"
)
# A flag that itself begins so ("can't breathe", "no quiero vivir") cannot be negated before.
NEGATIVE: Final = NEGATORS | vocabulary("cant cannot couldnt barely hardly apenas")
# Between a negator and the flag. After a bare "no" an "I" or "having" may start a new
# sentence ("no I have chest pain"), so the list for it is shorter.
AFTER_NO: Final = vocabulary(
    "a an any more new further other sign signs of hay tengo tiene tenemos tuve tenia he ha "
    "tenido habido me siento un una el la los las de del mas ningun ninguna nada en"
)
AFTER_NOT: Final = AFTER_NO | vocabulary(
    "have has had having been feel feeling felt get getting got experience experienced "
    "experiencing suffer suffering from with much too very that the in on is are was notice "
    "noticed noticing seen seeing"
)
CHAINING: Final = vocabulary("or nor ni o")

# "But now I do", "until today": what was denied of another time holds for this one.
CONTRAST: Final = vocabulary("but pero until hasta though however except excepto aunque sino")
AT_PRESENT: Final = vocabulary("now ahora yes si do does did started empezo empece ya")
# "I never had chest pain like this": no denial at all.
NEVER: Final = vocabulary("never nunca jamas havent hadnt didnt")
UNLIKE: Final = vocabulary("like this before until such como asi antes tan este esta")
# "Not a day without fever".
WITHOUT: Final = vocabulary("without sin")
REACH: Final = 5  # words looked at on either side for these


def last_turn(said: Sequence[str]) -> int:
    """Return the index of the last word that turns back what was denied before it, or -1."""
    return next(
        (
            i
            for i in range(len(said) - 1, -1, -1)
            if said[i] in CONTRAST and not AT_PRESENT.isdisjoint(said[i + 1 : i + 3])
        ),
        -1,
    )


def is_negated(
    said: Sequence[str],
    breaks: Sequence[bool],
    at: Sequence[int],
    denied: Set[int],
    turn: int,
) -> bool:
    """Say whether the flag whose words stand at the indices `at` is plainly negated.

    `breaks[i]` tells of punctuation before word i; `denied` holds the indices of words of
    flags before it that are negated, for "no fever or chest pain"; `turn` is the `last_turn`.
    """
    if turn > at[-1]:
        return False
    if at[0] in denied and not any(breaks[at[0] + 1 : at[-1] + 1]):
        return True
    negator = _before(said, breaks, at[0], denied)
    if negator is None:
        negator = next(
            (
                i
                for one, other in pairwise(at)
                if (i := _between(said, breaks, one, other)) is not None
            ),
            None,
        )
    return negator is not None and not _empty_denial(said, negator, at[-1])


def _before(
    said: Sequence[str], breaks: Sequence[bool], start: int, denied: Set[int]
) -> int | None:
    """Walk back from a flag to its negator, over nothing but small words."""
    if said[start] in NEGATIVE:
        return None
    chained = False
    passed: list[str] = []
    for i in range(start, 0, -1):
        if breaks[i]:
            return None
        word = said[i - 1]
        if word in NEGATORS and all(between in _may_follow(word) for between in passed):
            return i - 1
        if word in CHAINING:
            chained = True
        elif word in AFTER_NOT:
            passed.append(word)
        elif not (chained and i - 1 in denied):
            return None
    return None


def _between(said: Sequence[str], breaks: Sequence[bool], one: int, other: int) -> int | None:
    """Find a negator inside a flag: "my leg is not swollen"."""
    for i in range(other - 1, one, -1):
        if breaks[i + 1]:
            return None
        if said[i] in NEGATORS:
            return i
        if said[i] not in AFTER_NOT:
            return None
    return None


def _may_follow(negator: str) -> frozenset[str]:
    return AFTER_NO if negator == "no" else AFTER_NOT


def _empty_denial(said: Sequence[str], negator: int, end: int) -> bool:
    word = said[negator]
    if word in NEVER:
        return not UNLIKE.isdisjoint(said[end + 1 : end + 1 + REACH])
    earlier = said[max(0, negator - REACH) : negator]
    return word in WITHOUT and not NEGATIVE.isdisjoint(earlier)
