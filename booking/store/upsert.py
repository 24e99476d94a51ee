"""Insert unless it is there already, in one statement that PostgreSQL and SQLite share."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from booking.models import Base


def insert_or_ignore(
    session: Session,
    table: type[Base],
    values: Mapping[str, Any],
    unique: Sequence[str],
    *,
    where: ColumnElement[bool] | None = None,
) -> bool:
    """Insert a row; False when one with the same values in the `unique` columns exists.

    `where` is the condition of the unique index, if it is a partial one.
    """
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = (
        dialect.insert(table)
        .values(**values)
        .on_conflict_do_nothing(index_elements=unique, index_where=where)
        .returning(*(getattr(table, name) for name in unique))
    )
    return session.execute(statement).first() is not None


def insert_or_ignore_all(
    session: Session,
    table: type[Base],
    rows: Sequence[Mapping[str, Any]],
    unique: Sequence[str],
    *,
    where: ColumnElement[bool] | None = None,
) -> None:
    """Insert those of many rows that are not there already, past the session.

    Of two among the rows that share the values of the `unique` columns, the first is kept.
    """
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).on_conflict_do_nothing(
        index_elements=unique, index_where=where
    )
    session.connection().execute(statement, [dict(row) for row in rows])
