"""One of many values, as one parameter where the database has arrays."""

from collections.abc import Collection
from typing import TypeVar

from sqlalchemy import ARRAY, ColumnElement, any_, literal
from sqlalchemy.orm import InstrumentedAttribute, Session

T = TypeVar("T")


def among(
    session: Session, column: InstrumentedAttribute[T], values: Collection[T]
) -> ColumnElement[bool]:
    """Return the condition that a column holds one of these values.

    A list of hundreds of parameters is a new statement for each length, and reading it costs
    the driver more than the database needs to answer it.
    """
    if session.get_bind().dialect.name == "postgresql":
        return column == any_(literal(list(values), ARRAY(column.type)))
    return column.in_(values)
