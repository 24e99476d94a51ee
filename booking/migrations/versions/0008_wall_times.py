"""A session keeps the time on the wall it was agreed at; old databases get what they lack.

`wall_start` is what the clocks of `wall_zone` show at the start, and `wall_offset` how many
seconds they are ahead of UTC by the rules it was agreed under. A trigger empties a wall time
that is not that of the start, whoever writes: one that is missing is filled again, one that is
wrong would move a session. So the version before this one goes on working beside it.

0001 was changed three times after databases had been made with it. What those lack is added.

Revision ID: 0008
Revises: 0007
"""

import os
import sysconfig
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

AT_ONCE = 1_000
TRIGGER = "appointment_wall_time"
ON_POSTGRESQL = (
    f"""
CREATE FUNCTION {TRIGGER}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.wall_start := NULL;
    NEW.wall_offset := NULL;
    RETURN NEW;
END
$$
""",
    f"""
CREATE TRIGGER {TRIGGER} BEFORE INSERT OR UPDATE ON appointment FOR EACH ROW
WHEN (NEW.wall_start IS NOT NULL AND NEW.wall_start IS DISTINCT FROM
      (NEW.starts_at AT TIME ZONE 'UTC') + NEW.wall_offset * INTERVAL '1 second')
EXECUTE FUNCTION {TRIGGER}()
""",
)
ON_SQLITE = """
CREATE TRIGGER {name}_{event} AFTER {what} ON appointment
WHEN NEW.wall_start IS NOT NULL
 AND datetime(NEW.wall_start) IS NOT datetime(NEW.starts_at, NEW.wall_offset || ' seconds')
BEGIN
    UPDATE appointment SET wall_start = NULL, wall_offset = NULL WHERE id = NEW.id;
END
"""
EVENTS = {"insert": "INSERT", "update": "UPDATE OF starts_at, wall_start, wall_offset"}

INSTANT = sa.DateTime(timezone=True)
UNSETTLED = sa.text("state IN ('unknown', 'accepted', 'queued', 'sent')")
PENDING = sa.text("state = 'pending'")
WAITING = sa.text("handled_at IS NULL")
LATER_COLUMNS: dict[str, list[tuple[str, sa.types.TypeEngine[Any], str | None]]] = {
    "inbound_message": [
        ("handled_at", INSTANT, None),
        ("attempts", sa.Integer(), "0"),
    ],
    "sender": [
        ("paused_until", INSTANT, None),
        ("tokens", sa.Double(), "0"),
        ("refilled_at", INSTANT, "'2026-01-01 00:00:00+00:00'"),
    ],
    "message": [
        ("words", sa.LargeBinary(), None),
        ("checked_at", INSTANT, None),
        ("absent_at", INSTANT, None),
    ],
}
"""What later editions of 0001 added: name, type, and what stands in rows that must have one."""
LATER_INDEXES: dict[str, list[tuple[str, list[str], sa.TextClause | None]]] = {
    "inbound_message": [("ix_inbound_message_waiting", ["received_at"], WAITING)],
    "message": [
        ("ix_message_pending", ["channel", "lane", "next_attempt_at"], PENDING),
        ("ix_message_recipient_send_started_at", ["recipient", "send_started_at"], None),
        ("ix_message_unsettled", ["send_started_at"], UNSETTLED),
    ],
    "question": [("ix_question_message_id", ["message_id"], None)],
}


def upgrade() -> None:
    """Step forward; one that broke off while it filled rows can be taken again."""
    _add_what_old_databases_lack()
    if "wall_start" not in _columns("appointment"):
        op.add_column("appointment", sa.Column("wall_start", sa.DateTime(), nullable=True))
        op.add_column("appointment", sa.Column("wall_zone", sa.String(length=64), nullable=True))
        op.add_column("appointment", sa.Column("wall_offset", sa.Integer(), nullable=True))
        if _is_postgresql():
            for statement in ON_POSTGRESQL:
                op.execute(statement)
        else:
            for event, what in EVENTS.items():
                op.execute(ON_SQLITE.format(name=TRIGGER, event=event, what=what))
    if _is_postgresql():
        # Rows are filled outside the transaction that locked the table.
        with op.get_context().autocommit_block():
            _fill()
    else:
        _fill()


def downgrade() -> None:
    """Step back; what old databases lacked stays."""
    if _is_postgresql():
        op.execute(f"DROP TRIGGER {TRIGGER} ON appointment")
        op.execute(f"DROP FUNCTION {TRIGGER}()")
    else:
        for event in EVENTS:
            op.execute(f"DROP TRIGGER {TRIGGER}_{event}")
    for column in ("wall_offset", "wall_zone", "wall_start"):
        op.execute(f"ALTER TABLE appointment DROP COLUMN {column}")


def _fill() -> None:
    """Give every row the wall time its instant has by the rules of this moment."""
    for rows in _stretches():
        op.get_bind().execute(
            sa.text(
                "UPDATE appointment SET wall_start = :wall_start, wall_zone = :wall_zone,"
                " wall_offset = :wall_offset WHERE id = :id AND starts_at = :starts_at"
            ).bindparams(
                sa.bindparam("wall_start", type_=sa.DateTime()),
                sa.bindparam("starts_at", type_=INSTANT),
                sa.bindparam("id", type_=sa.Uuid()),
            ),
            rows,
        )


def _stretches() -> Iterator[list[dict[str, Any]]]:
    query = sa.text(
        "SELECT appointment.id, appointment.starts_at, location.zone FROM appointment"
        " JOIN location ON location.id = appointment.location_id"
        " WHERE wall_start IS NULL ORDER BY appointment.id"
    ).columns(id=sa.Uuid(), starts_at=INSTANT)
    found = op.get_bind().execute(query).all()
    for first in range(0, len(found), AT_ONCE):
        yield [_row(*one) for one in found[first : first + AT_ONCE]]


def _row(id_: object, starts_at: datetime, zone: str) -> dict[str, Any]:
    at = starts_at.replace(tzinfo=UTC) if starts_at.tzinfo is None else starts_at
    local = at.astimezone(_as_it_was(zone))
    offset = local.utcoffset() or timedelta(0)
    return {
        "id": id_,
        "starts_at": starts_at,
        "wall_start": local.replace(tzinfo=None, fold=0),
        "wall_zone": zone,
        "wall_offset": int(offset.total_seconds()),
    }


@cache
def _as_it_was(zone: str) -> ZoneInfo:
    """Return a zone by the rules the sessions were agreed under.

    Until this step the machine's own files were looked at first, and may be older than ours.
    """
    configured = os.environ.get("PYTHONTZPATH") or sysconfig.get_config_var("TZPATH") or ""
    for folder in configured.split(os.pathsep):
        file = Path(folder) / zone
        if folder and file.is_file():
            with file.open("rb") as rules:
                return ZoneInfo.from_file(rules, key=zone)
    return ZoneInfo(zone)


def _add_what_old_databases_lack() -> None:
    inspector = sa.inspect(op.get_bind())
    if not inspector.has_table("tick"):
        op.create_table(
            "tick",
            sa.Column("name", sa.String(length=40), nullable=False),
            sa.Column("at", INSTANT, nullable=False),
            sa.PrimaryKeyConstraint("name", name=op.f("pk_tick")),
        )
    for table, columns in LATER_COLUMNS.items():
        present = _columns(table)
        for name, type_, filling in columns:
            if name not in present:
                _add_column(table, name, type_, filling)
                if name == "handled_at":
                    # Before there was this column a text was acted on as it was kept.
                    op.execute("UPDATE inbound_message SET handled_at = received_at")
    for table, indexes in LATER_INDEXES.items():
        there = {one["name"]: one["column_names"] for one in inspector.get_indexes(table)}
        for name, on, where in indexes:
            _index_as_today(table, name, on, where, there.get(name))
        if "ix_message_unknown" in there:
            op.drop_index("ix_message_unknown", table)


def _index_as_today(
    table: str,
    name: str,
    on: list[str],
    where: sa.TextClause | None,
    present: list[str | None] | None,
) -> None:
    if present == on:
        return
    if present:
        op.drop_index(name, table)
    op.create_index(name, table, on, postgresql_where=where, sqlite_where=where)


def _add_column(
    table: str, name: str, type_: sa.types.TypeEngine[Any], filling: str | None
) -> None:
    default = sa.text(filling) if filling else None
    op.add_column(table, sa.Column(name, type_, nullable=filling is None, server_default=default))
    if filling and _is_postgresql():
        op.alter_column(table, name, server_default=None)


def _columns(table: str) -> set[str]:
    return {one["name"] for one in sa.inspect(op.get_bind()).get_columns(table)}


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
