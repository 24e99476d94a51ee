"""All SQL stands in queries files, and what people and clocks call never asks them itself."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = {
    path.relative_to(ROOT).as_posix(): path.read_text()
    for room in ("booking", "workers", "demo")
    for path in sorted((ROOT / room).rglob("*.py"))
}
ENTRIES = ("booking/web/", "workers/", "demo/")
SQL_FOLDERS = ("booking/kit/", "booking/migrations/")
SQL_FILES = {
    "booking/scheduling/visibility.py",
    # Asks a database what tables it has, and nothing of what is in them.
    "booking/database_shape.py",
}
NO_SQL = {"Session", "ColumnElement", "make_url"}
"""What a verb may take from SQLAlchemy besides its errors: the names of what it hands on."""
ASKS_THE_DATABASE = {
    "begin_nested",
    "connection",
    "delete",
    "execute",
    "get",
    "get_one",
    "merge",
    "query",
    "refresh",
    "scalar",
    "scalars",
}
"""A verb adds a row to its session and may flush it; it asks for none."""


def faults_in(name, source):
    """Return what breaks the rule in a file: SQL, a question to a session, an import."""
    tree = ast.parse(source)
    faults = [] if _may_hold_sql(name) else [*_sql_made(name, tree), *_asked_of_a_session(tree)]
    return [*faults, *_queries_imported(tree)] if name.startswith(ENTRIES) else faults


def test_there_are_queries_to_look_at():
    assert sum(_may_hold_sql(name) for name in CODE) > 40


@pytest.mark.parametrize("name", CODE)
def test_sql_stands_in_queries_files_and_entries_call_verbs(name):
    assert faults_in(name, CODE[name]) == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("booking/desk/calendar.py", "from sqlalchemy import select"),
        ("booking/desk/calendar.py", "from sqlalchemy import update as change"),
        ("booking/desk/calendar.py", "import sqlalchemy as sa"),
        ("booking/desk/calendar.py", "from sqlalchemy.dialects.postgresql import insert"),
        ("booking/desk/calendar.py", "uow.session.scalar(text)"),
        ("booking/desk/calendar.py", "talk.uow.session.get(Patient, patient_id)"),
        ("booking/desk/calendar.py", "session.execute(statement)"),
        ("booking/patients/models.py", "from sqlalchemy import select"),
        ("booking/web/staff/inbox.py", "uow.session.get_one(User, user_id)"),
        ("booking/web/staff/inbox.py", "from booking.messaging import sender_queries"),
        ("booking/web/staff/inbox.py", "from booking.checkins import queries as store"),
        ("booking/web/staff/inbox.py", "from booking.checkins.queries import get"),
        ("workers/jobs.py", "import booking.scheduling.wall_time_queries"),
        ("demo/stages.py", "from booking.messaging import queries as message_store"),
        ("demo/queries.py", "from booking.messaging.queries import unsent_of"),
        ("workers/jobs.py", "with runtime.unit_of_work(me) as uow: uow.session.scalars(due)"),
    ],
)
def test_a_fault_would_be_found(name, source):
    assert faults_in(name, source) != []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("booking/desk/calendar_queries.py", "from sqlalchemy import select"),
        ("booking/desk/calendar.py", "from booking.desk import calendar_queries"),
        ("booking/desk/calendar.py", "uow.session.add(row)\nuow.session.flush()"),
        ("booking/patients/models.py", "from sqlalchemy import ForeignKey"),
        ("workers/batch.py", "from sqlalchemy.exc import DBAPIError"),
        ("demo/queries.py", "from sqlalchemy import select"),
        ("demo/stages.py", "from demo import queries"),
        # The browser's session, which is no database's.
        ("booking/web/strangers.py", "from flask import session\nsession.get('csrf_token')"),
    ],
)
def test_what_is_no_fault_is_none(name, source):
    assert faults_in(name, source) == []


def _may_hold_sql(name):
    file = name.rpartition("/")[2]
    return (
        name in SQL_FILES
        or name.startswith(SQL_FOLDERS)
        or file == "queries.py"
        or file.endswith("_queries.py")
    )


def _sql_made(name, tree):
    """Yield what is imported of SQLAlchemy that makes statements; tables may have columns."""
    is_tables = name.endswith("models.py")
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name.startswith("sqlalchemy"))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
            for one in node.names:
                is_fine = one.name in NO_SQL or node.module == "sqlalchemy.exc"
                is_column = is_tables and one.name not in STATEMENTS
                if not (is_fine or is_column):
                    yield f"{node.module}.{one.name}"


STATEMENTS = {"select", "update", "insert", "delete", "exists", "union", "union_all"}


def _asked_of_a_session(tree):
    browsers = {
        one.asname or one.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "flask"
        for one in node.names
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ASKS_THE_DATABASE
            and _is_session(node.func.value, browsers)
        ):
            yield ast.unparse(node.func)


def _is_session(node, browsers):
    if isinstance(node, ast.Name):
        return node.id.endswith("session") and node.id not in browsers
    return isinstance(node, ast.Attribute) and node.attr.endswith("session")


def _queries_imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            parts = [one.name.split(".") for one in node.names]
        elif isinstance(node, ast.ImportFrom):
            parts = [[*(node.module or "").split("."), one.name] for one in node.names]
        else:
            continue
        for names in parts:
            if names[0] == "booking" and any(_is_queries(one) for one in names):
                yield ".".join(names)


def _is_queries(module):
    return module == "queries" or module.endswith("_queries")
