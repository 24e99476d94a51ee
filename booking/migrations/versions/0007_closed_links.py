"""A link to an appointment can be closed by itself, before its time.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "closed_link",
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("mark", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointment.id"],
            name=op.f("fk_closed_link_appointment_id"),
        ),
        sa.PrimaryKeyConstraint("appointment_id", "mark", name=op.f("pk_closed_link")),
    )


def downgrade() -> None:
    """Take the table away; what was closed opens again until its time."""
    op.drop_table("closed_link")
