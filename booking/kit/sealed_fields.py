"""Every encrypted field of every table, moved to the newest key some hundreds of rows at a time."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, LargeBinary, Table, literal, select, type_coerce, update
from sqlalchemy.orm import Session

from booking.kit.base import Base
from booking.kit.column_types import EncryptedScores, EncryptedText, EncryptedWord
from booking.kit.keyring import resealed

AT_ONCE = 500


def tables() -> Iterator[tuple[Table, list[Column[Any]]]]:
    """Yield the tables that have encrypted columns, with these."""
    for table in Base.metadata.sorted_tables:
        sealed = [
            column
            for column in table.columns
            if isinstance(column.type, EncryptedScores | EncryptedText | EncryptedWord)
        ]
        if sealed:
            yield table, sealed


def reseal_some(
    session: Session, table: Table, columns: list[Column[Any]], after: Any
) -> tuple[Any, int]:
    """Move the next rows of a table to the newest key.

    Returns the key of the last row looked at, None at the end, and how many fields were moved.
    Raises InvalidToken where no key of ours fits.
    """
    [key] = table.primary_key.columns
    query = select(key, *(type_coerce(column, LargeBinary) for column in columns))
    if after is not None:
        query = query.where(key > after)
    rows = session.execute(query.order_by(key).limit(AT_ONCE)).all()
    moved = 0
    for its, *values in rows:
        for column, value in zip(columns, values, strict=True):
            fresh = None if value is None else resealed(value)
            if fresh is None:
                continue
            # Only over what was read: somebody may have written it anew meanwhile.
            same = type_coerce(column, LargeBinary) == literal(bytes(value), LargeBinary)
            new = {column.name: literal(fresh, LargeBinary)}
            session.execute(update(table).where(key == its, same).values(new))
            moved += 1
    return (rows[-1][0] if len(rows) == AT_ONCE else None), moved
