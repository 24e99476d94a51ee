"""How pages write days, times, zones, money and phone numbers."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from flask import Flask

from booking.intake.form import TALK, Question
from booking.web.typed import read_instant
from booking.web.zone_names import canonical_zone, zone_name

SHORT_LABEL = 16
"""Characters that fit half the width of a phone."""


def in_zone(at: datetime, zone: str) -> datetime:
    """Return the same instant as a clock in that zone shows it."""
    return at.astimezone(ZoneInfo(zone))


def clock_time(at: datetime, zone: str) -> str:
    """Return the time of day, such as 2:15 pm."""
    local = in_zone(at, zone)
    return f"{local.hour % 12 or 12}:{local:%M} {'am' if local.hour < 12 else 'pm'}"


def day_name(day: date) -> str:
    """Return a day in full, such as Thursday, March 5."""
    return f"{day:%A}, {day:%B} {day.day}"


def day_with_year(day: date) -> str:
    """Return a date with its year, such as March 5, 2026."""
    return f"{day:%B} {day.day}, {day.year}"


def short_day(at: datetime, zone: str) -> str:
    """Return an instant's local day in short, such as Thu, Mar 5."""
    local = in_zone(at, zone)
    return f"{local:%a}, {local:%b} {local.day}"


def weekday(day: date) -> str:
    """Return the name of the weekday."""
    return f"{day:%A}"


def when(at: datetime, zone: str) -> str:
    """Return day and time in full, such as Thursday, March 5 at 2:15 pm."""
    return f"{day_name(in_zone(at, zone).date())} at {clock_time(at, zone)}"


def short_when(at: datetime, zone: str) -> str:
    """Return day and time in short, such as Thu, Mar 5, 2:15 pm."""
    return f"{short_day(at, zone)}, {clock_time(at, zone)}"


def instant(at: datetime) -> str:
    """Return an instant as UTC text that a form can carry, such as 2026-03-05T14:00:00Z."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def parse_instant(raw: str) -> datetime | None:
    """Read back what `instant` wrote; None when it is anything else."""
    return read_instant(raw, "%Y-%m-%dT%H:%M:%SZ")


def money(cents: int, currency: str) -> str:
    """Return an amount, such as $95 or £62.50."""
    sign = {"USD": "$", "GBP": "£", "AUD": "A$", "CAD": "C$", "EUR": "€"}.get(currency)
    whole, rest = divmod(cents, 100)
    amount = f"{whole:,}" if not rest else f"{whole:,}.{rest:02}"
    return f"{sign}{amount}" if sign else f"{amount} {currency}"


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
        day_name,
        day_with_year,
        short_day,
        weekday,
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
