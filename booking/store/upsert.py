"""Insert unless it is there already, in one statement that PostgreSQL and SQLite share."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

from booking.models import Base

T = TypeVar("T")


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
    returning: InstrumentedAttribute[T],
) -> Sequence[T]:
    """Insert those of many rows that are not there already; returns one column of these.

    Two among the rows that share the values of the `unique` columns count as one: the first.
    """
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = (
        dialect.insert(table)
        .on_conflict_do_nothing(index_elements=unique, index_where=where)
        .returning(returning)
    )
    return session.connection().execute(statement, [dict(row) for row in rows]).scalars().all()
