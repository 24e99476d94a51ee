"""What tells of a patient's health is encrypted; a booking says whether the patient made it.

Scores, the tier of an alert, how a text was read, and which safety text was sent were readable.
They move into encrypted columns, and the readable ones go. Keys and digests that gave the same
away are made anew: the key of what raised an alert named its tier, and anybody could try which
of our texts has a digest. The version that ran before cannot read the new columns: stop the
site and the workers for this step. One that breaks off can be taken again.

Revision ID: 0014
Revises: 0013
"""

from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from booking.kit.column_types import SEALED_WORD, scores_of_text, scores_text
from booking.kit.keyring import keyed, seal, unseal

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

AT_ONCE = 500
NUMBERS = ("pain", "tiredness", "stiffness", "sleep", "stress")
SEALED_KINDS = ("emergency", "crisis", "call_doctor")
TIERS = ("red", "crisis", "amber", "review")
OLD_DIGEST = 64
ANSWER_KEY = "answer:________-____-____-____-____________:%"
OF_ANSWERS = "source_key LIKE :answers"
REWRITTEN = ("answer", "alert", "joined_cause", "inbound_message", "message")


def upgrade() -> None:
    """Step forward."""
    if op.get_bind().dialect.name == "sqlite":
        # What is written over and left behind in the file is overwritten with zeros.
        op.execute("PRAGMA secure_delete = ON")
    if "proven_at" not in _columns("appointment"):
        _add_proofs()
    if "numbers" not in _columns("answer"):
        _seal_answers()
        _seal_column("alert", "id", "tier", is_always_there=True)
        _seal_column("inbound_message", "sid", "meaning", is_always_there=False)
        _seal_kinds()
        _rename_sources(_hidden)
        _rename_notes()
        _rename_forms("intake:", "booking:")
    if op.get_bind().dialect.name == "postgresql":
        # What was there is in the tables' files until they are written anew.
        with op.get_context().autocommit_block():
            for table in REWRITTEN:
                op.execute(f"VACUUM (FULL) {table}")


def downgrade() -> None:
    """Step back: everything is readable again, but for digests, which are gone."""
    _rename_forms("booking:", "intake:")
    _show_sources()
    _show_kinds()
    _show_column("inbound_message", "sid", "meaning", sa.String(40), default=None)
    _show_column("alert", "id", "tier", sa.String(32), default="review")
    _show_answers()
    with op.batch_alter_table("consent") as table:
        table.drop_constraint("fk_consent_appointment_id", type_="foreignkey")
        table.drop_column("appointment_id")
        table.drop_column("evidence")
    for name in ("proven_at", "proven_by", "by_mail_only", "asked_settings"):
        op.drop_column("appointment", name)


def _add_proofs() -> None:
    """Add what tells whether a booking is the patient's own; those there are count as such."""
    op.add_column("appointment", sa.Column("proven_at", sa.DateTime(timezone=True)))
    op.add_column("appointment", sa.Column("proven_by", sa.String(32)))
    op.add_column(
        "appointment",
        sa.Column("by_mail_only", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("appointment", sa.Column("asked_settings", sa.JSON()))
    op.execute(
        "UPDATE appointment SET proven_at = booked_at, proven_by = 'earlier' "
        "WHERE booked_at IS NOT NULL"
    )
    with op.batch_alter_table("consent") as table:
        table.add_column(sa.Column("appointment_id", sa.Uuid()))
        table.add_column(sa.Column("evidence", sa.LargeBinary()))
        table.create_foreign_key(
            "fk_consent_appointment_id", "appointment", ["appointment_id"], ["id"]
        )


def _seal_answers() -> None:
    op.add_column("answer", sa.Column("numbers", sa.LargeBinary()))
    for row in _rows("answer", "id", *NUMBERS):
        numbers = seal(scores_text([getattr(row, name) for name in NUMBERS]))
        _change("answer", "id", row.id, numbers=numbers)
    with op.batch_alter_table("answer") as table:
        for name in NUMBERS[:3]:
            table.drop_constraint(op.f(f"ck_answer_{name}_range"), type_="check")
        for name in NUMBERS:
            table.drop_column(name)
        table.alter_column("numbers", existing_type=sa.LargeBinary(), nullable=False)


def _show_answers() -> None:
    for name in NUMBERS:
        op.add_column("answer", sa.Column(name, sa.Integer()))
    for row in _rows("answer", "id", "numbers"):
        numbers = scores_of_text(unseal(row.numbers))
        _change("answer", "id", row.id, **dict(zip(NUMBERS, numbers, strict=True)))
    with op.batch_alter_table("answer") as table:
        table.drop_column("numbers")
        for name in NUMBERS[:3]:
            table.alter_column(name, existing_type=sa.Integer(), nullable=False)
            table.create_check_constraint(
                op.f(f"ck_answer_{name}_range"), f"{name} BETWEEN 0 AND 10"
            )


def _seal_column(table: str, key: str, name: str, *, is_always_there: bool) -> None:
    """Put an encrypted column in the place of a readable one."""
    sealed = f"{name}_sealed"
    column, width = sa.Column(sealed, sa.LargeBinary()), 0
    if is_always_there:
        # SQLite adds no column that must be there without saying what is in it meanwhile.
        column = sa.Column(sealed, sa.LargeBinary(), nullable=False, server_default=sa.text("''"))
        width = SEALED_WORD
    op.add_column(table, column)
    for row in _rows(table, key, name):
        value = getattr(row, name)
        if value is not None:
            _change(table, key, getattr(row, key), **{sealed: seal(value.ljust(width))})
    op.drop_column(table, name)
    op.alter_column(table, sealed, new_column_name=name)
    if is_always_there and op.get_bind().dialect.name == "postgresql":
        op.alter_column(table, name, server_default=None)


def _show_column(table: str, key: str, name: str, type_: sa.String, *, default: str | None) -> None:
    """Put a readable column in the place of an encrypted one."""
    shown = f"{name}_shown"
    column = sa.Column(shown, type_)
    if default is not None:
        column = sa.Column(shown, type_, nullable=False, server_default=default)
    op.add_column(table, column)
    for row in _rows(table, key, name):
        value = getattr(row, name)
        if value is not None:
            _change(table, key, getattr(row, key), **{shown: unseal(value).rstrip()})
    op.drop_column(table, name)
    op.alter_column(table, shown, new_column_name=name)


def _seal_kinds() -> None:
    """Keep which safety text a message is only encrypted, and every digest under a key."""
    op.add_column("message", sa.Column("sealed_kind", sa.LargeBinary()))
    for row in _rows("message", "id", "kind", "dedupe_key", where="kind IN (:one, :two, :three)"):
        _change(
            "message",
            "id",
            row.id,
            kind="safety",
            sealed_kind=seal(row.kind.ljust(SEALED_WORD)),
            dedupe_key="safety" + row.dedupe_key.removeprefix(row.kind),
        )
    for row in _rows("message", "id", "body_digest", where=f"length(body_digest) = {OLD_DIGEST}"):
        _change("message", "id", row.id, body_digest=keyed(row.body_digest))


def _show_kinds() -> None:
    for row in _rows("message", "id", "sealed_kind", "dedupe_key", where="kind = 'safety'"):
        kind = unseal(row.sealed_kind).rstrip()
        key = kind + row.dedupe_key.removeprefix("safety")
        _change("message", "id", row.id, kind=kind, dedupe_key=key)
    op.execute("UPDATE message SET body_digest = NULL")
    op.drop_column("message", "sealed_kind")


def _rename_sources(rename: Callable[[str], str]) -> None:
    """Give what raised an alert, and the messages it caused, keys that do not tell its tier."""
    for table, key in (("alert", "id"), ("joined_cause", "source_key")):
        for row in _rows(table, key, "source_key", where=OF_ANSWERS):
            _change(table, key, getattr(row, key), source_key=rename(row.source_key))
    for row in _rows("message", "id", "dedupe_key", where="dedupe_key LIKE :about"):
        start = row.dedupe_key.index("answer:")
        key = row.dedupe_key[:start] + rename(row.dedupe_key[start:])
        _change("message", "id", row.id, dedupe_key=key)


def _hidden(source: str) -> str:
    """Return `answer:<id>:<tier>` with a word instead of the tier that nobody can guess."""
    start, _, last = source.rpartition(":")
    return f"{start}:{keyed(source)[:8]}" if last in TIERS else source


def _show_sources() -> None:
    """Name the tier in the keys again; it is that of the alert, or of the one joined."""
    tiers = {row.id: unseal(row.tier).rstrip() for row in _rows("alert", "id", "tier")}
    old: dict[str, str] = {}
    for table, key, alert in (("alert", "id", "id"), ("joined_cause", "source_key", "alert_id")):
        for row in _rows(table, key, "source_key", alert, where=OF_ANSWERS):
            start = row.source_key.rpartition(":")[0]
            old[row.source_key] = f"{start}:{tiers[getattr(row, alert)]}"
    _rename_sources(lambda source: old.get(source, source))


def _rename_notes() -> None:
    """Give notes of the check-in page, named by a digest of their words, names under a key."""
    bind = op.get_bind()
    names = ", ".join(sorted(_columns("inbound_message") - {"sid"}))
    for row in list(_rows("inbound_message", "sid", where="sid LIKE 'web-%'")):
        new = f"web-{keyed(row.sid)}"
        values = {"old": row.sid, "new": new}
        # Others refer to it: the new row first, then they, then the old one goes.
        for statement in (
            f"INSERT INTO inbound_message (sid, {names}) "  # noqa: S608
            f"SELECT :new, {names} FROM inbound_message WHERE sid = :old",
            "UPDATE alert SET inbound_sid = :new WHERE inbound_sid = :old",
            "UPDATE joined_cause SET inbound_sid = :new WHERE inbound_sid = :old",
            "DELETE FROM inbound_message WHERE sid = :old",
            "UPDATE alert SET source_key = replace(source_key, :old, :new) "
            "WHERE source_key = 'inbound:' || :old",
            "UPDATE joined_cause SET source_key = replace(source_key, :old, :new) "
            "WHERE source_key = 'inbound:' || :old",
            "UPDATE message SET dedupe_key = replace(dedupe_key, :old, :new) "
            "WHERE dedupe_key LIKE '%inbound:' || :old || '%'",
        ):
            bind.execute(sa.text(statement), values)


def _rename_forms(old: str, new: str) -> None:
    """Name the booking that raised an alert, not its intake."""
    for table, column in (
        ("alert", "source_key"),
        ("joined_cause", "source_key"),
        ("message", "dedupe_key"),
    ):
        start = "" if column == "source_key" else "%:"
        op.get_bind().execute(
            sa.text(
                f"UPDATE {table} SET {column} = replace({column}, :old, :new) "  # noqa: S608
                f"WHERE {column} LIKE :like"
            ),
            {"old": old, "new": new, "like": f"{start}{old}%"},
        )


def _columns(table: str) -> set[str]:
    return {one["name"] for one in sa.inspect(op.get_bind()).get_columns(table)}


def _rows(table: str, key: str, *columns: str, where: str = "1 = 1") -> Iterator[Any]:
    """Yield the rows of a table some hundreds at a time, by their key."""
    values = {"answers": ANSWER_KEY, "about": f"%:{ANSWER_KEY}"}
    values |= dict(zip(("one", "two", "three"), SEALED_KINDS, strict=True))
    values = {name: value for name, value in values.items() if f":{name}" in where}
    wanted = ", ".join(dict.fromkeys((key, *columns)))
    last: Any = None
    while True:
        beyond = f"AND {key} > :last" if last is not None else ""
        found = (
            op.get_bind()
            .execute(
                sa.text(
                    f"SELECT {wanted} FROM {table} WHERE {where} {beyond} "  # noqa: S608
                    f"ORDER BY {key} LIMIT {AT_ONCE}"
                ),
                values if last is None else {**values, "last": last},
            )
            .all()
        )
        yield from found
        if len(found) < AT_ONCE:
            return
        last = getattr(found[-1], key)


def _change(table: str, key: str, its: Any, **values: Any) -> None:
    assignments = ", ".join(f"{name} = :{name}" for name in values)
    op.get_bind().execute(
        sa.text(f"UPDATE {table} SET {assignments} WHERE {key} = :its"),  # noqa: S608
        {**values, "its": its},
    )
