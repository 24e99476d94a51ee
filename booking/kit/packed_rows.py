"""Rows of another table as one text of a row, and the text as rows again.

Many small rows cost the driver and us far more than the database needs to join them into a
text; both databases can.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, literal, select

from booking.kit.intervals import Range

_COLUMN, _ROW = "\x1f", "\x1e"
"""What no word of ours contains: the separators of columns and of rows."""


def pack(*columns: ColumnElement[Any], where: Iterable[ColumnElement[bool]]) -> Any:
    """Return an expression for the rows of another table as one text, NULL where there are none.

    What is NULL in a column comes back as an empty word; the rows come in no particular order.
    """
    text: ColumnElement[Any] = literal("", Text)
    for number, column in enumerate(columns):
        part = func.coalesce(cast(column, Text), "")
        text = text.concat(literal(_COLUMN, Text)).concat(part) if number else part
    return select(func.aggregate_strings(text, _ROW)).where(*where).scalar_subquery()


def unpack(text: str | None) -> list[list[str]]:
    """Return a packed text as rows of words."""
    return [row.split(_COLUMN) for row in text.split(_ROW)] if text else []


def unpack_ranges(text: str | None) -> list[Range]:
    """Return packed starts and ends as instants."""
    if not text:
        return []
    words = text.replace(_ROW, _COLUMN).split(_COLUMN)
    found = list(map(datetime.fromisoformat, words))
    # Nearly always they are in UTC as they come: a search reads thousands.
    if {at.tzinfo for at in found} != {UTC}:
        found = list(map(instant, words))
    return list(zip(found[::2], found[1::2], strict=True))


def instant(text: str) -> datetime:
    """Return an instant as a database writes it, in UTC."""
    at = datetime.fromisoformat(text)
    # SQLite keeps UTC without saying so; PostgreSQL says it, or another zone of the session.
    if at.tzinfo is None:
        return at.replace(tzinfo=UTC)
    return at if at.tzinfo is UTC else at.astimezone(UTC)
