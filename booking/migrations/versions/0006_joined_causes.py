"""What says the same as an open alert is kept with it, instead of as an alert of its own.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "joined_cause",
        sa.Column("source_key", sa.String(length=120), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("inbound_sid", sa.String(length=64), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_joined_cause_alert_id")),
        sa.ForeignKeyConstraint(
            ["inbound_sid"], ["inbound_message.sid"], name=op.f("fk_joined_cause_inbound_sid")
        ),
        sa.PrimaryKeyConstraint("source_key", name=op.f("pk_joined_cause")),
    )
    op.create_index(op.f("ix_joined_cause_alert_id"), "joined_cause", ["alert_id"])


def downgrade() -> None:
    """Remove the table."""
    op.drop_table("joined_cause")
