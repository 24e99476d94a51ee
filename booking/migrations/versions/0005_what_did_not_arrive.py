"""Every page of the staff asks what did not arrive lately: found without reading all messages.

Revision ID: 0005
Revises: 0004
"""

from alembic import op
from sqlalchemy import text

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INDEX = "ix_message_not_arrived"
NOT_ARRIVED = text("state IN ('failed', 'undelivered')")


def upgrade() -> None:
    """Add the index; on PostgreSQL without keeping anybody from writing meanwhile."""
    if op.get_bind().dialect.name == "postgresql":
        with op.get_context().autocommit_block():
            # One that broke off half-way is there and not valid: it is made anew.
            op.drop_index(INDEX, "message", if_exists=True, postgresql_concurrently=True)
            op.create_index(
                INDEX,
                "message",
                ["final_at"],
                postgresql_concurrently=True,
                postgresql_where=NOT_ARRIVED,
            )
    else:
        op.create_index(INDEX, "message", ["final_at"], sqlite_where=NOT_ARRIVED)


def downgrade() -> None:
    """Remove the index."""
    if op.get_bind().dialect.name == "postgresql":
        with op.get_context().autocommit_block():
            op.drop_index(INDEX, "message", if_exists=True, postgresql_concurrently=True)
    else:
        op.drop_index(INDEX, "message")
