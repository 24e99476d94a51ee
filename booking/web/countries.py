"""Countries as pages name them."""

from collections.abc import Collection
from functools import lru_cache

from babel import Locale


def country_names(codes: Collection[str]) -> str:
    """Return the names of countries by their two letters, in a row: Canada and United States."""
    return _named(frozenset(codes))


@lru_cache(maxsize=64)
def _named(codes: frozenset[str]) -> str:
    known = Locale("en").territories
    *first, last = sorted(str(known.get(code, code)) for code in codes)
    return f"{', '.join(first)} and {last}" if first else last
