"""How long before its session a reminder comes stands in a column, and not in its key alone.

It is filled for what may still go: a reminder that goes another way gets the key that it would have
been written with, and nobody takes the old one apart for it.

Revision ID: 0017
Revises: 0016
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

AT_ONCE = 500
MAY_STILL_GO = ("pending", "claimed", "sending")
KEY_PARTS = 5
MESSAGE = sa.table(
    "message",
    sa.column("id", sa.Uuid()),
    sa.column("dedupe_key"),
    sa.column("kind"),
    sa.column("state"),
    sa.column("lead_hours"),
)


def upgrade() -> None:
    """Add the column and fill it from `reminder:<channel>:<id>:v<version>:<hours>h`."""
    op.add_column("message", sa.Column("lead_hours", sa.Integer()))
    for row in _rows():
        parts = row.dedupe_key.split(":")
        hours = parts[-1].removesuffix("h")
        if len(parts) == KEY_PARTS and hours.isdecimal():
            op.execute(
                sa.update(MESSAGE).where(MESSAGE.c.id == row.id).values(lead_hours=int(hours))
            )


def downgrade() -> None:
    """Take the column away: keys tell the same."""
    op.drop_column("message", "lead_hours")


def _rows() -> Iterator[Any]:
    """Yield the reminders that may still go, some hundreds at a time, by their id."""
    its = MESSAGE.c.id
    query = (
        sa.select(its, MESSAGE.c.dedupe_key)
        .where(MESSAGE.c.kind == "reminder", MESSAGE.c.state.in_(MAY_STILL_GO))
        .order_by(its)
    )
    found = op.get_bind().execute(query.limit(AT_ONCE)).all()
    while found:
        yield from found
        found = op.get_bind().execute(query.where(its > found[-1].id).limit(AT_ONCE)).all()
