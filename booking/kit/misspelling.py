"""One typing error: what may be forgiven in a word that is long enough to be known all the same."""

from collections.abc import Iterable, Mapping
from typing import Final

LONG_ENOUGH: Final = 6  # letters of the word that is meant
# One letter away from a word we look for, and words of their own.
WORDS_OF_THEIR_OWN: Final = frozenset(
    [
        "massage",
        "massages",
        "massaging",
        "passage",
        "passages",
        "testing",
        "nesting",
        "removal",
        "cancer",
        "contract",
        "contracts",
        "recibo",
        "recibi",
        "conform",
        "conforms",
        "ending",
        "escriben",
        "mandan",
        "envian",
        "llegan",
        "manda",
        "molestan",
        "confirms",
    ]
)


def is_one_error(typed: str, meant: str) -> bool:
    """Say whether one letter was left out, added, replaced, or two neighbours were swapped."""
    if abs(len(typed) - len(meant)) > 1:
        return False
    i = next((i for i, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), None)
    if i is None:
        return len(typed) != len(meant)
    one, other = typed[i:], meant[i:]
    return (
        one[1:] == other
        or one == other[1:]
        or one[1:] == other[1:]
        or (one[:2] == other[1::-1] and one[2:] == other[2:])
    )


def by_first_letter(words: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Return the words in which one error is forgiven, by the letter that has to be right."""
    found: dict[str, list[str]] = {}
    for word in sorted(words):
        if len(word) >= LONG_ENOUGH:
            found.setdefault(word[0], []).append(word)
    return {letter: tuple(all_) for letter, all_ in found.items()}


def meant_by(typed: str, known: Mapping[str, tuple[str, ...]]) -> str | None:
    """Return the word of `by_first_letter` that a typed one stands for, or None."""
    if len(typed) < LONG_ENOUGH - 1 or typed in WORDS_OF_THEIR_OWN:
        return None
    return next((word for word in known.get(typed[0], ()) if is_one_error(typed, word)), None)
