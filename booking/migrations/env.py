"""Runs the migrations against the application's database."""

from alembic import context
from flask import current_app
from sqlalchemy import text

from booking.models import Base

LOCK_TIMEOUT = "5s"
"""A migration that waits longer for a lock gives up instead of stopping the site behind it."""
STATEMENT_TIMEOUT = "10min"


def run() -> None:
    """Apply the steps on one connection, each in a transaction of its own."""
    engine = current_app.extensions["migrate"].db.engine
    # On SQLite a step waits for other writers at its start instead of failing in the middle.
    with engine.connect().execution_options(writes=True) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
            connection.execute(text(f"SET statement_timeout = '{STATEMENT_TIMEOUT}'"))
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            transaction_per_migration=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
