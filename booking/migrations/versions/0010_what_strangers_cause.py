"""What the web sets off is counted: who took a hold, and whose messages were not asked for by text.

`visitor` and `browser` are keyed hashes that are forgotten after a day. `counted_as` is the phone
or the mail address, spelled one way, of a message that a patient's act on the web caused.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KNOWN = sa.text("visitor IS NOT NULL")
COUNTED = sa.text("counted_as IS NOT NULL")
COLUMNS = {
    "appointment": (("visitor", 32), ("browser", 32)),
    "message": (("counted_as", 254),),
}
INDEXES = (
    ("ix_appointment_visitor", "appointment", ["visitor", "created_at"], KNOWN),
    ("ix_message_counted_as", "message", ["counted_as", "send_started_at"], COUNTED),
    ("ix_message_counted", "message", ["channel", "send_started_at"], COUNTED),
)


def upgrade() -> None:
    """Add columns and their indexes; on PostgreSQL without keeping anybody from writing."""
    for table, columns in COLUMNS.items():
        present = {one["name"] for one in sa.inspect(op.get_bind()).get_columns(table)}
        for name, length in columns:
            # One that broke off between the columns and the indexes can be taken again.
            if name not in present:
                op.add_column(table, sa.Column(name, sa.String(length), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        with op.get_context().autocommit_block():
            for name, table, on, where in INDEXES:
                op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)
                op.create_index(
                    name, table, on, postgresql_concurrently=True, postgresql_where=where
                )
    else:
        for name, table, on, where in INDEXES:
            op.create_index(name, table, on, sqlite_where=where)


def downgrade() -> None:
    """Take them away."""
    for name, table, _on, _where in INDEXES:
        op.drop_index(name, table)
    for table, columns in COLUMNS.items():
        for name, _length in columns:
            op.drop_column(table, name)
