"""Which countries' numbers are texted: those the clinic names, and no number that costs more."""

import re
from collections.abc import Collection
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

EVERY_COUNTRY = frozenset(phonenumbers.SUPPORTED_REGIONS)

DEAR = frozenset(
    {
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.PERSONAL_NUMBER,
        PhoneNumberType.PAGER,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
    }
)
"""Numbers that no patient carries about: texts to them cost much or reach nobody."""


NORTH_AMERICAN = re.compile(r"\+1\d{10}")
LINE = 4
"""Digits of a North American number that say nothing of its country, nor of what it costs."""


def country_of(phone: str) -> str | None:
    """Return the country of an E.164 number that may be texted, or None where there is none.

    One calling code may be of many countries: +1 is of the United States and of Jamaica, by
    the digits after it. Satellites have no country. A number that the data do not know, such as one
    of a new area code, is counted with the first country of its calling code: those that cost
    more are known by their area codes.
    """
    # Every text asks this, and looking it up takes a tenth of what sending does. So a clinic's
    # numbers become a few that are remembered, none of them anybody's.
    if NORTH_AMERICAN.fullmatch(phone):
        return _looked_up(phone[:-LINE] + "0" * LINE)
    return _looked_up(phone)


@lru_cache(maxsize=4_096)
def _looked_up(phone: str) -> str | None:
    try:
        number = phonenumbers.parse(phone, None)
    except NumberParseException:
        return None
    if phonenumbers.number_type(number) in DEAR:
        return None
    first = phonenumbers.region_code_for_country_code(number.country_code or 0)
    country = phonenumbers.region_code_for_number(number) or first
    return country if country in EVERY_COUNTRY else None


def is_texted(phone: str, countries: Collection[str]) -> bool:
    """Whether a number is of one of these countries, and one that texts may go to."""
    return country_of(phone) in countries
