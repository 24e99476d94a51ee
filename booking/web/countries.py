"""Countries as pages name them."""

from collections.abc import Collection
from functools import lru_cache

from babel import Locale

from booking.web.language import current_locale, gettext


def country_names(codes: Collection[str]) -> str:
    """Return the names of countries by their two letters, in a row: Canada and United States."""
    return _named(frozenset(codes), current_locale(), gettext("%(countries)s and %(last)s"))


@lru_cache(maxsize=64)
def _named(codes: frozenset[str], locale: Locale, joined: str) -> str:
    known = locale.territories
    *first, last = sorted(str(known.get(code, code)) for code in codes)
    return joined % {"countries": ", ".join(first), "last": last} if first else last
