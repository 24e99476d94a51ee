"""Red flags: words and scores that a person must see, looked for in every text.

The tables stand in patterns_en and patterns_es, one line per pattern. What is
found is never dropped: a plain negation lowers it to REVIEW, nothing makes it vanish.
Free text without any pattern is for a person too; see `reply.free_text`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import permutations
from types import MappingProxyType
from typing import Final

from booking.kit.misspelling import is_one_error
from booking.kit.text_normalization import normalize, vocabulary
from booking.safety.rules.negation import is_negated, last_turn
from booking.safety.rules.pattern import Pattern, Tier
from booking.safety.rules.patterns_en import ENGLISH
from booking.safety.rules.patterns_es import SPANISH

__all__ = [
    "PATTERNS",
    "PATTERNS_VERSION",
    "RedFlag",
    "Tier",
    "find_red_flags",
]

# Stored with what was found; raise it with every change of a table.
PATTERNS_VERSION: Final = "1"
PATTERNS: Final[tuple[Pattern, ...]] = (*ENGLISH, *SPANISH)


FORGIVING_FROM: Final = 5  # letters from which one typing error is forgiven
# Words of their own that are one letter away from a word of the tables.
NOT_MISSPELT: Final = vocabulary(
    "fewer fiver would strokes stroked strike stoke selling spelling smelling smell spell shell "
    "sell breed bloom brood hikes hires hides hive mirado mirados llama llamas llega llegas "
    "heat heard hear slight week worth paint blend blended blond flake flakes spelled injected "
    "injection injections redaction redactions alegria backed backing back blocked scores doing "
    "marco marcos mario mateo users"
)
SPACE: Final = re.compile(r"[\s'\"_]*|[-/]")
DOUBLE: Final = re.compile(r"([a-z])\1")
WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class RedFlag:
    """What was found in a text: its gravest tier, and the ids of the patterns behind it.

    `tiers` lists all tiers, gravest first, after negation. `negated` is true only where
    everything found was negated; then the tier is REVIEW.
    """

    tier: Tier
    pattern_ids: tuple[str, ...]
    negated: bool
    tiers: tuple[Tier, ...]

    @property
    def language(self) -> str:
        """The language of the words that were found, such as en: the gravest pattern's."""
        by_id = {pattern.id: pattern for pattern in PATTERNS}
        order = list(Tier)
        return min(
            (by_id[one] for one in self.pattern_ids), key=lambda one: order.index(one.tier)
        ).language


def find_red_flags(text: str) -> RedFlag | None:
    """Look for every pattern in one text, whatever else the text means; None if there is none."""
    said, breaks = _words(normalize(text))
    known = [_meant(word) for word in said]
    present = frozenset().union(*known)
    hits = [
        (at, pattern)
        for pattern in PATTERNS
        if all(not term.isdisjoint(present) for term in pattern.terms)
        for at in _places(pattern, known)
    ]
    # What stands first is judged first, so that a denial can reach along a list.
    hits.sort(key=lambda hit: hit[0])
    if not hits:
        return None
    denied: set[int] = set()
    turn = last_turn(said)
    standing: dict[str, Tier] = {}
    negated: dict[str, Tier] = {}
    for at, pattern in hits:
        if is_negated(said, breaks, at, denied, turn):
            denied.update(range(at[0], at[-1] + 1))
            negated[pattern.id] = Tier.REVIEW
        else:
            standing[pattern.id] = pattern.tier
    tiers = {*standing.values(), *negated.values()}
    ordered = tuple(tier for tier in Tier if tier in tiers)
    return RedFlag(
        tier=ordered[0],
        pattern_ids=tuple(dict.fromkeys((*standing, *negated))),
        negated=not standing,
        tiers=ordered,
    )


def _words(text: str) -> tuple[list[str], list[bool]]:
    """Return the words of a plain text and, for each, whether punctuation stands before it."""
    said: list[str] = []
    breaks: list[bool] = []
    end = 0
    for found in WORD.finditer(text):
        said.append(found[0])
        between = text[end : found.start()]
        breaks.append("\n" in between or SPACE.fullmatch(between) is None)
        end = found.end()
    return said, breaks


def _places(pattern: Pattern, known: Sequence[frozenset[str]]) -> Iterator[tuple[int, ...]]:
    """Yield, for each word a pattern may begin with, the indices of its words."""
    orders = permutations(pattern.terms) if pattern.any_order else iter((pattern.terms,))
    for terms in orders:
        for start, meant in enumerate(known):
            if not terms[0].isdisjoint(meant):
                rest = _follow(terms[1:], known, start, pattern.gap)
                if rest is not None:
                    yield (start, *rest)


def _follow(
    terms: Sequence[frozenset[str]], known: Sequence[frozenset[str]], last: int, gap: int
) -> tuple[int, ...] | None:
    if not terms:
        return ()
    for i in range(last + 1, min(last + 2 + gap, len(known))):
        if not terms[0].isdisjoint(known[i]):
            rest = _follow(terms[1:], known, i, gap)
            if rest is not None:
                return (i, *rest)
    return None


@cache
def _vocabulary() -> Mapping[str, frozenset[str]]:
    """Return the words of all patterns by first letter."""
    by_letter: dict[str, set[str]] = {}
    for pattern in PATTERNS:
        for word in frozenset().union(*pattern.terms):
            by_letter.setdefault(word[0], set()).add(word)
    return MappingProxyType({letter: frozenset(all_) for letter, all_ in by_letter.items()})


@cache
def _exact() -> frozenset[str]:
    return frozenset().union(*(pattern.exact for pattern in PATTERNS))


@lru_cache(maxsize=4096)
def _meant(word: str) -> frozenset[str]:
    """Return the words of the tables that a typed word stands for."""
    nearby = _vocabulary().get(word[0], frozenset())
    if word in nearby or word in NOT_MISSPELT:
        return frozenset({word}) & nearby
    return frozenset(
        other
        for other in nearby
        if _single(other) == _single(word)
        or (len(other) >= FORGIVING_FROM and other not in _exact() and is_one_error(word, other))
    )


def _single(word: str) -> str:
    """Write doubled letters once: "alll" was folded to "al", and stands for "all"."""
    return DOUBLE.sub(r"\1", word)
