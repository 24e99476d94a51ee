"""Whether a database is what this version of Lupine was written for.

Its stamp says how far it was upgraded; its tables, columns, indexes, constraints and triggers
say whether that is true. Where something is missing nothing starts: one sentence at the start
is better than pages that break one by one.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from re import compile as pattern

import structlog
from sqlalchemy import Connection, Engine, MetaData, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from booking.tables import Base

STEPS = Path(__file__).parent / "migrations" / "versions"
UPGRADE = "flask --app booking.wsgi db upgrade"
NAMED_AT_MOST = 6
_HISTORY = (
    "trigger message_event_stands",
    "trigger message_end_stands",
    "trigger message_sid_stands",
    "trigger message_event_stays",
    "trigger audit_event_stands",
    "trigger audit_event_stays",
)
ADDED = {
    "sqlite": (
        "trigger appointment_no_overlap_insert",
        "trigger appointment_no_overlap_update",
        "trigger appointment_wall_time_insert",
        "trigger appointment_wall_time_update",
        *_HISTORY,
    ),
    "postgresql": (
        "constraint appointment.appointment_no_overlap",
        "trigger appointment_wall_time",
        "trigger audit_event_untouched",
        "trigger message_event_untouched",
        *_HISTORY,
    ),
}
"""What the migrations add beside the models."""

_STEP = pattern(r'(?m)^revision = "(\w+)"')
_BEFORE = pattern(r'(?m)^down_revision = "(\w+)"')

Rows = Iterable[Sequence[str]]

log = structlog.get_logger()


class UnfitDatabase(Exception):
    """The database is not the one this version needs; the message says what to do."""


def refuse_at_start(engine: Engine) -> None:
    """Raise UnfitDatabase where this process could not work; one that is away is waited for.

    Costs three statements.
    """
    try:
        with engine.connect() as connection:
            refuse_unfit(connection)
    except OperationalError as away:
        log.warning("the database does not answer at the start", reason=type(away).__name__)


def refuse_newer(connection: Connection) -> None:
    """Raise UnfitDatabase where a newer version of Lupine has upgraded the database."""
    stamp = _stamp(connection)
    if stamp is not None and stamp not in dict(_steps()):
        raise UnfitDatabase(
            f"The database was upgraded to step {stamp} by a newer version of Lupine; this one "
            f"knows no step after {newest_step()}. Start the newer version, or restore the copy of "
            "the database that was made before its upgrade."
        )


def refuse_unfit(connection: Connection) -> None:
    """Raise UnfitDatabase where the database's step or shape is not what this version needs."""
    refuse_newer(connection)
    stamp = _stamp(connection)
    if stamp != newest_step():
        where = f"is at step {stamp}" if stamp else "is empty"
        raise UnfitDatabase(
            f"The database {where} and this version of Lupine needs step {newest_step()}. "
            f"Run `{UPGRADE}`, then start again."
        )
    lacking = missing(connection)
    if lacking:
        raise UnfitDatabase(
            f"The database says that it is at step {stamp}, but {_named(lacking)} missing. "
            "It was changed by hand, or restored in part. Nothing was started. Restore a whole "
            "copy of it, or ask for help with this sentence; do not delete anything."
        )


@cache
def newest_step() -> str:
    """Return the step this version needs: the one that no other follows.

    Numbers alone do not tell: a step may land after one with a higher number.
    """
    followed = {before for _step, before in _steps()}
    [newest] = [step for step, _before in _steps() if step not in followed]
    return newest


def missing(connection: Connection) -> list[str]:
    """Return what the models and the migrations ask for and the database has not."""
    dialect = connection.dialect.name
    asked = _asked(Base.metadata).union(ADDED[dialect])
    absent = asked - _FOUND[dialect](connection)
    tables = {one.removeprefix("table ") for one in absent if one.startswith("table ")}
    # Of a table that is missing, its name says it all.
    return sorted(one for one in absent if _table_of(one) not in tables)


def _asked(metadata: MetaData) -> set[str]:
    asked = set()
    for table in metadata.tables.values():
        asked.add(f"table {table.name}")
        asked |= {f"column {table.name}.{column.name}" for column in table.columns}
        asked |= {f"constraint {table.name}.{one.name}" for one in table.constraints if one.name}
        for index in table.indexes:
            columns = ", ".join(column.name for column in index.columns)
            asked.add(f"index {table.name}.{index.name} ({columns})")
    return asked


def _table_of(thing: str) -> str:
    _kind, _, name = thing.partition(" ")
    return name.split(".")[0] if "." in name else ""


def _named(lacking: list[str]) -> str:
    shown = ", ".join(lacking[:NAMED_AT_MOST])
    more = len(lacking) - NAMED_AT_MOST
    if more > 0:
        return f"{shown} and {more} more are"
    return f"{shown} {'is' if len(lacking) == 1 else 'are'}"


def _stamp(connection: Connection) -> str | None:
    try:
        stamp = connection.scalar(text("SELECT version_num FROM alembic_version"))
    except (OperationalError, ProgrammingError):
        if not _answers(connection):
            raise
        return None
    return None if stamp is None else str(stamp)


def _answers(connection: Connection) -> bool:
    """Whether it was only the table that is not there."""
    connection.rollback()
    connection.execute(text("SELECT 1"))
    return True


@cache
def _steps() -> tuple[tuple[str, str], ...]:
    """Return every step with the one before it, from the files themselves."""
    texts = (file.read_text(encoding="utf-8") for file in STEPS.glob("[0-9]*.py"))
    return tuple((_STEP.findall(text)[0], (_BEFORE.findall(text) or [""])[0]) for text in texts)


# -- what is there ------------------------------------------------------------------------

_NAMED_IN_SQL = pattern(r"CONSTRAINT \"?(\w+)\"?")
_SQLITE_MASTER = text("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")
_SQLITE_COLUMNS = text(
    "SELECT of.name, its.name FROM sqlite_master AS of, pragma_table_info(of.name) AS its"
    " WHERE of.type = 'table'"
)
_SQLITE_INDEXES = text(
    "SELECT of.tbl_name || '.' || of.name, its.name"
    " FROM sqlite_master AS of, pragma_index_info(of.name) AS its"
    " WHERE of.type = 'index' ORDER BY of.name, its.seqno"
)
_POSTGRESQL_COLUMNS = text(
    "SELECT relname, attname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
    " WHERE relnamespace = CAST(CAST(current_schema() AS text) AS regnamespace)"
    " AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped"
)
# An index that broke off as it was made concurrently is there and of no use.
_POSTGRESQL_INDEXES = text(
    "SELECT of.relname || '.' || its.relname, attname FROM pg_index"
    " JOIN pg_class AS its ON its.oid = indexrelid"
    " JOIN pg_class AS of ON of.oid = indrelid"
    " CROSS JOIN unnest(indkey) WITH ORDINALITY AS key (number, place)"
    " JOIN pg_attribute ON attrelid = indrelid AND attnum = key.number"
    " WHERE of.relnamespace = CAST(CAST(current_schema() AS text) AS regnamespace)"
    " AND indisvalid ORDER BY its.relname, key.place"
)
_POSTGRESQL_OTHERS = text(
    "SELECT 'constraint ' || relname || '.' || conname FROM pg_constraint"
    " JOIN pg_class ON pg_class.oid = conrelid"
    " WHERE relnamespace = CAST(CAST(current_schema() AS text) AS regnamespace)"
    " UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger"
    " JOIN pg_class ON pg_class.oid = tgrelid"
    " WHERE relnamespace = CAST(CAST(current_schema() AS text) AS regnamespace)"
    " AND NOT tgisinternal AND tgenabled <> 'D'"
)


def _found_on_sqlite(connection: Connection) -> set[str]:
    found = _with_columns(connection.execute(_SQLITE_COLUMNS))
    found |= _indexes(connection.execute(_SQLITE_INDEXES))
    for kind, name, sql in connection.execute(_SQLITE_MASTER):
        if kind == "trigger":
            found.add(f"trigger {name}")
        elif kind == "table":
            found |= {f"constraint {name}.{one}" for one in _NAMED_IN_SQL.findall(sql)}
    return found


def _found_on_postgresql(connection: Connection) -> set[str]:
    found = _with_columns(connection.execute(_POSTGRESQL_COLUMNS))
    found |= _indexes(connection.execute(_POSTGRESQL_INDEXES))
    return found | set(connection.scalars(_POSTGRESQL_OTHERS))


def _with_columns(rows: Rows) -> set[str]:
    found = set()
    for table, column in rows:
        found |= {f"table {table}", f"column {table}.{column}"}
    return found


def _indexes(rows: Rows) -> set[str]:
    return {
        f"index {name} ({', '.join(column for _name, column in columns)})"
        for name, columns in groupby(rows, key=lambda row: row[0])
    }


_FOUND: dict[str, Callable[[Connection], set[str]]] = {
    "sqlite": _found_on_sqlite,
    "postgresql": _found_on_postgresql,
}
