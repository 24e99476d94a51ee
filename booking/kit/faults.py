"""What is wrong with the database or its disk, read from the errors they give.

A fault is nobody's input and no error of the code: it passes, and what was asked for can be
asked for again.
"""

import sqlite3
from datetime import timedelta
from enum import StrEnum
from typing import Final

import psycopg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoneFree


class Fault(StrEnum):
    """What can be wrong; the words stand in logs and in addresses of monitors."""

    AWAY = "database_away"
    READ_ONLY = "database_read_only"
    FULL = "disk_full"
    DISK = "disk_error"
    LOCKED = "database_locked"
    CROWDED = "database_crowded"
    SLOW = "database_slow"
    DAMAGED = "database_damaged"
    SHAPE = "database_shape"


PASSES_SOON: Final = frozenset({Fault.LOCKED, Fault.CROWDED, Fault.SLOW})
SOON: Final = timedelta(seconds=5)
LATER: Final = timedelta(seconds=60)

_SQLITE: Final = {
    sqlite3.SQLITE_BUSY: Fault.LOCKED,
    sqlite3.SQLITE_LOCKED: Fault.LOCKED,
    sqlite3.SQLITE_PROTOCOL: Fault.LOCKED,
    sqlite3.SQLITE_READONLY: Fault.READ_ONLY,
    sqlite3.SQLITE_PERM: Fault.READ_ONLY,
    sqlite3.SQLITE_FULL: Fault.FULL,
    sqlite3.SQLITE_IOERR: Fault.DISK,
    # Room that could not be had for the index of the log.
    sqlite3.SQLITE_IOERR_SHMSIZE: Fault.FULL,
    sqlite3.SQLITE_CANTOPEN: Fault.AWAY,
    sqlite3.SQLITE_AUTH: Fault.AWAY,
    sqlite3.SQLITE_NOMEM: Fault.CROWDED,
    sqlite3.SQLITE_INTERRUPT: Fault.SLOW,
    sqlite3.SQLITE_CORRUPT: Fault.DAMAGED,
    sqlite3.SQLITE_NOTADB: Fault.DAMAGED,
}
_POSTGRESQL: Final = {
    "25006": Fault.READ_ONLY,  # read_only_sql_transaction
    "53100": Fault.FULL,  # disk_full
    "53200": Fault.CROWDED,  # out_of_memory
    "53300": Fault.CROWDED,  # too_many_connections
    "53400": Fault.CROWDED,  # configuration_limit_exceeded
    "57014": Fault.SLOW,  # query_canceled, which is what a time-out does
    "55P03": Fault.LOCKED,  # lock_not_available
    "40001": Fault.LOCKED,  # serialization_failure
    "40P01": Fault.LOCKED,  # deadlock_detected
    "58030": Fault.DISK,  # io_error
    "58P01": Fault.DAMAGED,  # undefined_file
    "3D000": Fault.AWAY,  # invalid_catalog_name: no such database
    "3F000": Fault.SHAPE,  # invalid_schema_name
    "42P01": Fault.SHAPE,  # undefined_table
    "42703": Fault.SHAPE,  # undefined_column
}
_POSTGRESQL_CLASSES: Final = {
    "08": Fault.AWAY,  # connection exception
    "28": Fault.AWAY,  # refused sign-in
    "57": Fault.AWAY,  # shut down, crashed, or still starting
    "F0": Fault.DAMAGED,  # configuration file
    "XX": Fault.DAMAGED,  # internal error, damaged data
}
_CROWDED: Final = ("too many clients", "too many connections", "connection slots")
_NO_SUCH: Final = ("no such table", "no such column", "has no column named")


def fault_of(error: BaseException) -> Fault | None:
    """Return what is wrong with the database, or None where the error has another cause."""
    if isinstance(error, NoneFree):
        return Fault.CROWDED
    if not isinstance(error, SQLAlchemyError):
        return None
    # A statement of another kind than the database's own errors is ours to mend.
    cause = error.orig if isinstance(error, DBAPIError) else None
    if isinstance(cause, sqlite3.Error):
        return _of_sqlite(cause)
    if isinstance(cause, psycopg.Error):
        return _of_postgresql(cause)
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return Fault.AWAY if lost else None


def wait_for(fault: Fault) -> timedelta:
    """Return after how long it is worth trying again."""
    return SOON if fault in PASSES_SOON else LATER


def _of_sqlite(error: sqlite3.Error) -> Fault | None:
    extended: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    # Its lowest byte is the plain code.
    known = _SQLITE.get(extended) or _SQLITE.get(extended & 0xFF)
    if known:
        return known
    missing = any(words in str(error) for words in _NO_SUCH)
    return Fault.SHAPE if missing and isinstance(error, sqlite3.OperationalError) else None


def _of_postgresql(error: psycopg.Error) -> Fault | None:
    state = error.sqlstate
    if state:
        return _POSTGRESQL.get(state) or _POSTGRESQL_CLASSES.get(state[:2])
    # Without a code the server never answered: refused, cut off, or too slow to say a word.
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        crowded = any(words in str(error) for words in _CROWDED)
        return Fault.CROWDED if crowded else Fault.AWAY
    return None
