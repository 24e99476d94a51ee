"""Runs the migrations against the application's database."""

import sys
from typing import Literal

from alembic import context
from flask import current_app
from sqlalchemy import Connection, TypeDecorator, text

from booking.database_shape import UnfitDatabase, newest_step, refuse_newer, refuse_unfit
from booking.migrations.turns import alone
from booking.tables import Base

LOCK_TIMEOUT = "5s"
"""A migration that waits longer for a lock gives up instead of stopping the site behind it."""
STATEMENT_TIMEOUT = "10min"


def run() -> None:
    """Apply the steps on one connection, each in a transaction of its own."""
    engine = current_app.extensions["migrate"].db.engine
    # On SQLite a step waits for other writers at its start instead of failing in the middle.
    with engine.connect().execution_options(writes=True) as connection, alone(connection):
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
            connection.execute(text(f"SET statement_timeout = '{STATEMENT_TIMEOUT}'"))
            connection.commit()
        try:
            _apply(connection)
        except UnfitDatabase as unfit:
            sys.exit(str(unfit))


def _apply(connection: Connection) -> None:
    refuse_newer(connection)
    connection.rollback()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=True,
        compare_type=True,
        render_item=_written,
    )
    with context.begin_transaction():
        context.run_migrations()
    if _ends_at_the_newest():
        connection.rollback()
        refuse_unfit(connection)


def _written(kind: str, item: object, _about: object) -> str | Literal[False]:
    """Write a type of ours down as the plain one it stands on: a step knows nothing of ours."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def _ends_at_the_newest() -> bool:
    """Whether this is an upgrade to the newest step; writing a new one leads nowhere."""
    try:
        asked = context.get_revision_argument()
    except KeyError:
        return False
    return asked == newest_step()


run()
