"""The declarative base, plain so that the tables know nothing of Flask."""

from datetime import date, datetime, time
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Date, Integer, MetaData, String, Text, Time, Uuid
from sqlalchemy.orm import DeclarativeBase, mapped_column, registry

from booking.kit.column_types import UTCDateTime
from booking.kit.ids import new_id

Id = Annotated[UUID, mapped_column(Uuid, primary_key=True, default=new_id)]
Counter = Annotated[
    int,
    mapped_column(
        # SQLite counts by itself only in a column that is INTEGER.
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=True,
    ),
]
Short = Annotated[str, mapped_column(String(120))]
Prose = Annotated[str, mapped_column(Text)]

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What every table inherits."""

    registry = registry(
        metadata=MetaData(naming_convention=_NAMES),
        type_annotation_map={
            datetime: UTCDateTime,
            date: Date,
            time: Time,
            UUID: Uuid,
            dict[str, Any]: JSON,
            list[str]: JSON,
        },
    )
