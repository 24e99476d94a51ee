"""What stands in addresses and fields, as values: any word may come, what is none gives None."""

import re
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

YEARS: Final = range(1900, 2200)
"""Far enough from both ends of the calendar for any zone, any length and any page of days."""

_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_NUMBER: Final = re.compile(r"[0-9]{1,9}", re.ASCII)


def read_day(word: str) -> date | None:
    """Read a day such as 2026-03-05."""
    if not _DAY.fullmatch(word):
        return None
    try:
        day = date.fromisoformat(word)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def read_instant(word: str, form: str) -> datetime | None:
    """Read an instant of UTC written in a form such as "%Y-%m-%dT%H:%M:%SZ"."""
    try:
        at = datetime.strptime(word, form).replace(tzinfo=UTC)
    except ValueError:
        return None
    return at if at.year in YEARS else None


def read_id(word: str) -> UUID | None:
    """Read an id in the one spelling that we write."""
    return UUID(word) if _ID.fullmatch(word) else None


def read_number(word: str, most: int) -> int | None:
    """Read a whole number from 0 to a bound of at most nine digits."""
    number = int(word) if _NUMBER.fullmatch(word) else None
    return number if number is not None and number <= most else None
