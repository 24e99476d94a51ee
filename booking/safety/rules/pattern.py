"""What a red-flag pattern is made of, and how its line in a table is read.

A line holds the words that must stand together, alternatives parted by a slash. Up to `gap`
other words may stand between two of them. A line that begins with ~ holds in any order.
Words are written as kit.text_normalization leaves them: small, without accents or apostrophes.
Of words with five letters or more one typing error is forgiven (not in the first letter),
unless they are marked with =, as listed misspellings are, and words close to everyday ones.
"""

from dataclasses import dataclass
from enum import StrEnum

ANY_ORDER = "~"
EXACTLY = "="


class Tier(StrEnum):
    """How grave a text is, gravest first.

    CRISIS stands above RED because its answer carries the emergency number too.
    """

    CRISIS = "crisis"  # crisis line and emergency reply; a person calls
    RED = "red"  # emergency reply in seconds; the person on call is paged
    AMBER = "amber"  # "call your doctor" reply; therapist and coordinator are told
    REVIEW = "review"  # a person reads it the same day


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line of a table: `terms` hold the alternatives of each word, in order.

    Of the words in `exact` no typing error is forgiven.
    """

    id: str
    tier: Tier
    language: str
    terms: tuple[frozenset[str], ...]
    gap: int
    any_order: bool
    exact: frozenset[str]


def lines(tier: Tier, language: str, *table: tuple[str, str, int]) -> tuple[Pattern, ...]:
    """Read the (name, words, gap) lines of one tier and language."""
    return tuple(
        Pattern(
            id=f"{tier}-{language}-{name}",
            tier=tier,
            language=language,
            terms=tuple(
                frozenset(term.replace(EXACTLY, "").split("/"))
                for term in words.removeprefix(ANY_ORDER).split()
            ),
            gap=gap,
            any_order=words.startswith(ANY_ORDER),
            exact=frozenset(
                word.removeprefix(EXACTLY)
                for word in words.removeprefix(ANY_ORDER).replace("/", " ").split()
                if word.startswith(EXACTLY)
            ),
        )
        for name, words, gap in table
    )
