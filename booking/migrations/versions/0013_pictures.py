"""A text tells how many pictures came with it, of what kind, and why a person should read it.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLE = "inbound_message"
MEXICAN_MOBILE = "+521%"
LENGTH = len("+5215512345678")


def upgrade() -> None:
    """Add the columns, and let opt-outs of Mexican phones stand for the number patients give."""
    op.add_column(TABLE, sa.Column("reason", sa.String(length=32), nullable=True))
    op.add_column(TABLE, sa.Column("media_count", sa.Integer(), server_default="0", nullable=False))
    op.add_column(TABLE, sa.Column("media_types", sa.JSON(), nullable=True))
    # They were kept under the number with a 1 behind the country code, which no patient has.
    opt_out = sa.table("opt_out", *(sa.column(name) for name in ("phone", "sender")))
    known = opt_out.alias("known")
    without = sa.literal("+52") + sa.func.substr(opt_out.c.phone, 5)
    op.execute(
        sa.update(opt_out)
        .where(
            opt_out.c.phone.like(MEXICAN_MOBILE),
            sa.func.length(opt_out.c.phone) == LENGTH,
            ~sa.exists().where(known.c.phone == without, known.c.sender == opt_out.c.sender),
        )
        .values(phone=without)
    )


def downgrade() -> None:
    """Take the columns away; an opt-out stays where it is."""
    op.drop_column(TABLE, "media_types")
    op.drop_column(TABLE, "media_count")
    op.drop_column(TABLE, "reason")
