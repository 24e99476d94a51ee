"""The staff's ledger lists messages by when they are due, a page at a time.

Revision ID: 0003
Revises: 0002
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INDEX = "ix_message_due_at_id"


def upgrade() -> None:
    """Add the index; on PostgreSQL without keeping anybody from writing meanwhile."""
    if op.get_bind().dialect.name == "postgresql":
        with op.get_context().autocommit_block():
            # One that broke off half-way is there and not valid: it is made anew.
            op.drop_index(INDEX, "message", if_exists=True, postgresql_concurrently=True)
            op.create_index(INDEX, "message", ["due_at", "id"], postgresql_concurrently=True)
    else:
        op.create_index(INDEX, "message", ["due_at", "id"])


def downgrade() -> None:
    """Remove the index."""
    if op.get_bind().dialect.name == "postgresql":
        with op.get_context().autocommit_block():
            op.drop_index(INDEX, "message", if_exists=True, postgresql_concurrently=True)
    else:
        op.drop_index(INDEX, "message")
