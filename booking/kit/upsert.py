"""Insert unless it is there already, in one statement that PostgreSQL and SQLite share."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, make_transient_to_detached

from booking.kit.base import Base

Row = TypeVar("Row", bound=Base)


def insert_or_ignore(
    session: Session, table: type[Base], values: Mapping[str, Any], unique: Sequence[str]
) -> bool:
    """Insert a row; False when one with the same values in the `unique` columns exists."""
    _write_what_waits(session)
    statement = _returning(table, tuple(unique), session.get_bind().dialect.name)
    return session.connection().execute(statement, dict(values)).first() is not None


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
    `where` is the condition of the unique index, if it is a partial one: made once by the caller.
    """
    _write_what_waits(session)
    statement = _silent(table, tuple(unique), session.get_bind().dialect.name, where)
    session.connection().execute(statement, [dict(row) for row in rows])


def as_stored(session: Session, row: Row) -> Row:
    """Take an object for the row that was just inserted with its values, without reading it.

    What it was not given is its column's default, or nothing.
    """
    for column in type(row).__table__.columns:
        if column.key not in row.__dict__:
            default = cast(Any, column.default)
            setattr(row, column.key, default.arg if default and default.is_scalar else None)
    make_transient_to_detached(row)
    session.add(row)
    return row


def _write_what_waits(session: Session) -> None:
    """Write first what the session holds, in case these rows or the answer depend on it."""
    if session.autoflush:
        session.flush()


# Statements are made once: making one costs as much as running it.
@cache
def _silent(
    table: type[Base],
    unique: tuple[str, ...],
    dialect_name: str,
    where: ColumnElement[bool] | None = None,
) -> Insert:
    dialect = postgresql if dialect_name == "postgresql" else sqlite
    statement: Insert = dialect.insert(cast(Table, table.__table__)).on_conflict_do_nothing(
        index_elements=unique, index_where=where
    )
    return statement


@cache
def _returning(table: type[Base], unique: tuple[str, ...], dialect_name: str) -> Insert:
    columns = cast(Table, table.__table__).c
    statement: Insert = _silent(table, unique, dialect_name).returning(
        *(columns[name] for name in unique)
    )
    return statement
