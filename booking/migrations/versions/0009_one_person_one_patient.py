"""One person who typed the same name in another form of its letters is one patient.

Revision ID: 0009
Revises: 0008

The key by which somebody booking again is recognised takes letters, apostrophes and hyphens in
one form each. Rows that are the same person by it become the oldest of them.
"""

import hashlib
import re
import unicodedata
from collections import defaultdict
from typing import Any

import idna
import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼʹ`´′＇ꞌ", "'"))
HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"))

patient = sa.table(
    "patient",
    sa.column("id", sa.Uuid()),
    sa.column("match_key", sa.String()),
    sa.column("name", sa.String()),
    sa.column("phone", sa.String()),
    sa.column("email", sa.String()),
    sa.column("discreet", sa.Boolean()),
    sa.column("created_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    """Make the keys anew, and join what is one person."""
    connection = op.get_bind()
    people: dict[str, list[Any]] = defaultdict(list)
    for one in connection.execute(
        sa.select(patient).order_by(patient.c.created_at, patient.c.id)
    ).all():
        people[_digest(_name_key(one.name), one.phone, _email_key(one.email))].append(one)
    references = _references(connection)
    for key, (kept, *others) in people.items():
        for other in others:
            for table, column in references:
                connection.execute(
                    sa.update(table).where(table.c[column] == other.id).values({column: kept.id})
                )
            connection.execute(sa.delete(patient).where(patient.c.id == other.id))
        discreet = any(one.discreet for one in (kept, *others))
        connection.execute(
            sa.update(patient)
            .where(patient.c.id == kept.id)
            .values(match_key=key, discreet=discreet)
        )


def downgrade() -> None:
    """Make the keys as they were; what was joined stays so."""
    connection = op.get_bind()
    for one in connection.execute(sa.select(patient)).all():
        key = _digest(" ".join(one.name.casefold().split()), one.phone, one.email.casefold())
        connection.execute(sa.update(patient).where(patient.c.id == one.id).values(match_key=key))


def _references(connection: sa.Connection) -> list[tuple[sa.TableClause, str]]:
    """Return every column that names a patient, as the database itself knows them."""
    inspector = sa.inspect(connection)
    return [
        (sa.table(name, sa.column(column, sa.Uuid())), column)
        for name in inspector.get_table_names()
        for key in inspector.get_foreign_keys(name)
        if key["referred_table"] == "patient"
        for column in key["constrained_columns"]
    ]


def _digest(name: str, phone: str, email: str) -> str:
    return hashlib.sha256("\n".join((name, phone, email)).encode()).hexdigest()


def _name_key(name: str) -> str:
    typed = name.translate(APOSTROPHES).translate(HYPHENS)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", typed).casefold())
    shown = "".join(ch for ch in folded if unicodedata.category(ch) != "Cf")
    return " ".join(re.sub(r"\s*-\s*", "-", shown).split())


def _email_key(address: str) -> str:
    name, at, domain = address.rpartition("@")
    if not domain.isascii():
        domain = idna.encode(domain, uts46=True).decode()
    return f"{name}{at}{domain}".casefold()
