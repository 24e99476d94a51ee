"""Databases with all tables, made by the migrations once and emptied or copied for each test."""

import shutil
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from flask_migrate import Migrate, upgrade
from sqlalchemy import text

from booking.kit.db import db, engine_options, open_engine, prepare
from booking.tables import Base

MIGRATIONS = Path(__file__).resolve().parents[2] / "booking" / "migrations"


@contextmanager
def application(url):
    """Enter an application that knows a database and the steps, and nothing else."""
    app = Flask("migrations of the tests")
    app.config.update(SQLALCHEMY_DATABASE_URI=url, SQLALCHEMY_ENGINE_OPTIONS=engine_options(url))
    db.init_app(app)
    Migrate(app, db, directory=str(MIGRATIONS))
    with app.app_context():
        prepare(db.engine)
        yield app
        db.engine.dispose()


def migrate(url):
    """Bring an empty database up to the newest step."""
    with application(url):
        upgrade()


def make_sqlite_template(folder):
    """Return the file of a migrated SQLite database."""
    template = folder / "template.sqlite3"
    migrate(f"sqlite:///{template}")
    engine = open_engine(f"sqlite:///{template}")
    with engine.connect() as connection:
        # A copy of the file alone has to be the whole database.
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    engine.dispose()
    return template


def copy_sqlite(template, folder):
    """Return the URL of a fresh copy."""
    file = folder / "lupine.sqlite3"
    shutil.copy(template, file)
    return f"sqlite:///{file}"


def empty_tables(engine):
    """Delete every row; much faster than TRUNCATE for a handful of rows."""
    names = [table.name for table in reversed(Base.metadata.sorted_tables)]
    # What the application can never do, whoever owns the tables can.
    guards = [f"ALTER TABLE {name} {{}} TRIGGER USER" for name in ("audit_event", "message_event")]
    off, on = ([guard.format(word) for guard in guards] for word in ("DISABLE", "ENABLE"))
    emptied = [f'DELETE FROM "{name}"' for name in names]
    with engine.begin() as connection:
        connection.execute(text("; ".join([*off, *emptied, *on])))
