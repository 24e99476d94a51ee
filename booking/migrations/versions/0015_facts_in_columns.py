"""What the code decides by stands in columns of its own, not in parts of keys and words.

What happened to a message is one word an act; a message that repeats another names it and tells
how; an alert that an answer raised names the answer. All is filled from what is stored: the old
column of the history stays for one more release, and keys stay as they are.

Revision ID: 0015
Revises: 0014
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

AT_ONCE = 500
REPEATED_AS = {"again": "retry", "instead": "fallback", "by_hand": "by_hand"}
KEY_PARTS = 4
ANSWERS = "answer:"
CANCELLED = ("cancel", "cancelled", "called_off_by_hand")
KEPT = (
    "claimed",
    "started",
    "accepted",
    "not_processed",
    "unknown",
    "lease_lapsed",
    "sender_stopped",
    "report",
    "foreign_report",
    "absent",
    "delivered",
    "undelivered",
    "failed",
    "words_failed",
    "postpone",
    "expire",
    "suppressed",
    "sent_by_sms",
    "sent_by_email",
    "sent_again_by_hand",
    "unreachable_seen",
)
INDEX = "ix_message_repeats"
IS_REPEAT = sa.text("repeats IS NOT NULL")
REFERENCES = (
    ("message", "repeats", "message"),
    ("alert", "answer_id", "answer"),
    ("joined_cause", "answer_id", "answer"),
)
STANDS = """
CREATE TRIGGER message_event_stands BEFORE UPDATE ON message_event WHEN true
BEGIN
    SELECT RAISE(ABORT, 'message_event_stands');
END
"""
EVENT = sa.table("message_event", sa.column("what"), sa.column("type"))
ROWS = {
    name: sa.table(name, sa.column(key, type_), *columns)
    for name, key, type_, columns in (
        (
            "message",
            "id",
            sa.Uuid(),
            (
                sa.column("dedupe_key"),
                sa.column("repeats", sa.Uuid()),
                sa.column("repeated_as"),
            ),
        ),
        ("alert", "id", sa.Uuid(), (sa.column("source_key"), sa.column("answer_id", sa.Uuid()))),
        ("joined_cause", "source_key", sa.String(), (sa.column("answer_id", sa.Uuid()),)),
        ("answer", "id", sa.Uuid(), ()),
    )
}


def upgrade() -> None:
    """Add the columns and fill them; one that broke off half-way can be taken again."""
    if not _has_columns():
        op.add_column("message_event", sa.Column("type", sa.String(32)))
        op.add_column("message", sa.Column("repeated_as", sa.String(32)))
        for table, column, of in REFERENCES:
            _add_reference(table, column, of)
        _fill_types()
        _fill_repeats()
        for table, key in (("alert", "id"), ("joined_cause", "source_key")):
            _fill_answers(table, key)
    if op.get_bind().dialect.name == "postgresql":
        with op.get_context().autocommit_block():
            op.drop_index(INDEX, "message", if_exists=True, postgresql_concurrently=True)
            op.create_index(
                INDEX,
                "message",
                ["repeats"],
                postgresql_concurrently=True,
                postgresql_where=IS_REPEAT,
            )
    else:
        op.create_index(INDEX, "message", ["repeats"], sqlite_where=IS_REPEAT)


def downgrade() -> None:
    """Take the columns away: keys and words tell the same."""
    op.drop_index(INDEX, "message")
    for table, column, _of in REFERENCES:
        op.drop_column(table, column)
    op.drop_column("message", "repeated_as")
    op.drop_column("message_event", "type")


def _has_columns() -> bool:
    found = sa.inspect(op.get_bind()).get_columns("message_event")
    return "type" in {column["name"] for column in found}


def _add_reference(table: str, column: str, of: str) -> None:
    name = f"fk_{table}_{column}"
    if op.get_bind().dialect.name == "sqlite":
        # Made anew with another column, as Alembic would, the table would lose its triggers.
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {column} CHAR(32) "
            f"CONSTRAINT {name} REFERENCES {of} (id)"
        )
    else:
        op.add_column(table, sa.Column(column, sa.Uuid()))
        op.create_foreign_key(name, table, of, [column], ["id"])


def _fill_types() -> None:
    """Give each line of a history its word; of one that no version wrote, the old word stays."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    what = EVENT.c.what
    if is_postgresql:
        op.execute("ALTER TABLE message_event DISABLE TRIGGER message_event_stands")
    else:
        op.execute("DROP TRIGGER message_event_stands")
    op.execute(
        sa.update(EVENT)
        .where(what.in_([*KEPT, *CANCELLED]))
        .values(type=sa.case((what.in_(CANCELLED), "cancelled"), else_=what))
    )
    if is_postgresql:
        op.execute("ALTER TABLE message_event ENABLE TRIGGER message_event_stands")
    else:
        op.execute(STANDS)


def _fill_repeats() -> None:
    """Read from `<kind>:<channel>:<id>:again` and the like which message is repeated, and how."""
    message = ROWS["message"]
    its_end = sa.or_(*(message.c.dedupe_key.like(f"%:{part}") for part in REPEATED_AS))
    for row in _rows(message, "id", message.c.dedupe_key, where=its_end):
        parts = row.dedupe_key.split(":")
        repeated = _id(parts[2]) if len(parts) == KEY_PARTS else None
        if repeated is not None and _is_there("message", repeated):
            op.execute(
                sa.update(message)
                .where(message.c.id == row.id)
                .values(repeats=repeated, repeated_as=REPEATED_AS[parts[3]])
            )


def _fill_answers(name: str, key: str) -> None:
    """Read from `answer:<id>:<part>` which answer raised an alert."""
    table = ROWS[name]
    of_answers = table.c.source_key.like(f"{ANSWERS}%")
    for row in _rows(table, key, table.c.source_key, where=of_answers):
        answer = _id(row.source_key.split(":")[1])
        if answer is not None and _is_there("answer", answer):
            changed = sa.update(table).where(table.c[key] == getattr(row, key))
            op.execute(changed.values(answer_id=answer))


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _is_there(name: str, its: UUID) -> bool:
    table = ROWS[name]
    return op.get_bind().scalar(sa.select(table.c.id).where(table.c.id == its)) is not None


def _rows(
    table: sa.TableClause, key: str, *columns: Any, where: sa.ColumnElement[bool]
) -> Iterator[Any]:
    """Yield the rows of a table some hundreds at a time, by their key."""
    its = table.c[key]
    query = sa.select(its, *(one for one in columns if one is not its)).where(where).order_by(its)
    found = op.get_bind().execute(query.limit(AT_ONCE)).all()
    while found:
        yield from found
        last = getattr(found[-1], key)
        found = op.get_bind().execute(query.where(its > last).limit(AT_ONCE)).all()
