"""How pages write days, times, zones, money and phone numbers: as Babel does in their language.

What is said of a day or a time is kept: a page of free times says the same few again and again.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_currency, format_decimal, get_currency_symbol
from flask import Flask

from booking.intake.rules.form import TALK, Question
from booking.web.language import current_locale, gettext, speech
from booking.web.typed import read_instant
from booking.web.zone_names import canonical_zone, zone_name

SHORT_LABEL = 16
"""Characters that fit half the width of a phone."""
A_DAYS_MINUTES: Final = 1_440
_SHORT_DAY: Final = "MMMEd"
"""A skeleton: each language puts its parts in an order of its own."""
_NARROW_SPACE: Final = "\u202f"


def in_zone(at: datetime, zone: str) -> datetime:
    """Return the same instant as a clock in that zone shows it."""
    return at.astimezone(ZoneInfo(zone))


def clock_time(at: datetime, zone: str) -> str:
    """Return the time of day, such as 2:15 pm."""
    local = in_zone(at, zone)
    return _clock(local.hour, local.minute, speech().language)


def clock_and_half(at: datetime, zone: str) -> tuple[str, str]:
    """Return the time of day and the half of the day apart, where the language names one."""
    clock, _, half = clock_time(at, zone).partition(" ")
    return clock, half


def day_name(day: date) -> str:
    """Return a day in full, such as Thursday, March 5; the catalogue has its order and marks."""
    return _day(day.toordinal(), gettext("EEEE, MMMM d"), speech().language)


def day_with_year(day: date) -> str:
    """Return a date with its year, such as March 5, 2026."""
    return format_date(day, "long", locale=current_locale())


def short_day(at: datetime, zone: str) -> str:
    """Return an instant's local day in short, such as Thu, Mar 5."""
    return _day(in_zone(at, zone).toordinal(), _SHORT_DAY, speech().language)


def month_and_year(day: date) -> str:
    """Return a month with its year, such as March 2026."""
    return format_skeleton("yMMMM", day, locale=current_locale())


def month_day(day: date) -> str:
    """Return a day without its weekday in short, such as Mar 5."""
    return format_skeleton("MMMd", day, locale=current_locale())


def hour_name(hour: int) -> str:
    """Return a full hour, such as 9 am."""
    return format_time(time(hour), gettext("h a"), locale=current_locale()).lower()


def weekday(day: date) -> str:
    """Return the name of the weekday."""
    return _day(day.toordinal(), "EEEE", speech().language)


def short_weekday(day: date) -> str:
    """Return the name of the weekday in short, such as Thu."""
    return _day(day.toordinal(), "EEE", speech().language)


def when(at: datetime, zone: str) -> str:
    """Return day and time in full, such as Thursday, March 5 at 2:15 pm."""
    day, clock = day_name(in_zone(at, zone)), clock_time(at, zone)
    return gettext("%(day)s at %(time)s", day=day, time=clock)


def short_when(at: datetime, zone: str) -> str:
    """Return day and time in short, such as Thu, Mar 5, 2:15 pm."""
    return gettext("%(day)s, %(time)s", day=short_day(at, zone), time=clock_time(at, zone))


def instant(at: datetime) -> str:
    """Return an instant as UTC text that a form can carry, such as 2026-03-05T14:00:00Z."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def parse_instant(raw: str) -> datetime | None:
    """Read back what `instant` wrote; None when it is anything else."""
    return read_instant(raw, "%Y-%m-%dT%H:%M:%SZ")


def money(cents: int, currency: str) -> str:
    """Return an amount, such as $95 or £62.50; cents are left out where there are none."""
    locale = current_locale()
    amount, is_whole = cents / 100, cents % 100 == 0
    if get_currency_symbol(currency, locale) == currency:
        return f"{format_decimal(amount, '#,##0' if is_whole else '#,##0.00', locale)} {currency}"
    pattern = str(locale.currency_formats["standard"].pattern)
    shown = pattern.replace(".00", "") if is_whole else pattern
    said = format_currency(amount, currency, shown, locale, currency_digits=False)
    return said.replace("CA$", "C$")


def pairs(words: Iterable[str]) -> list[tuple[str, str]]:
    """Return words as the (value, label) pairs that a select takes."""
    return [(word, word) for word in words]


def options(question: Question) -> list[tuple[str, str]]:
    """Return a question's answers as (value, label) pairs."""
    return [(option.value, option.label) for option in question.options]


def is_short(question: Question) -> bool:
    """Tell whether a question's answers are short enough to stand side by side on a phone."""
    own = (option.label for option in question.options if option.value != TALK)
    return all(len(label) <= SHORT_LABEL for label in own)


def tel(phone: str) -> str:
    """Return a phone number as a tel: address wants it."""
    return "".join(char for char in phone if char.isdigit() or char == "+")


def install_formats(app: Flask) -> None:
    """Make the formats available to templates as filters of the same names."""
    for made in (
        in_zone,
        clock_time,
        clock_and_half,
        day_name,
        day_with_year,
        short_day,
        weekday,
        short_weekday,
        when,
        short_when,
        instant,
        zone_name,
        canonical_zone,
        money,
        tel,
        pairs,
        options,
        is_short,
    ):
        app.add_template_filter(made)


@lru_cache(maxsize=4 * A_DAYS_MINUTES)
def _clock(hour: int, minute: int, language: str) -> str:
    written = format_time(time(hour, minute), "short", locale=language)
    return written.replace(_NARROW_SPACE, " ").lower()


@lru_cache(maxsize=4 * A_DAYS_MINUTES)
def _day(ordinal: int, pattern: str, language: str) -> str:
    day = date.fromordinal(ordinal)
    if pattern == _SHORT_DAY:
        return format_skeleton(pattern, day, locale=language)
    return format_date(day, pattern, locale=language)
