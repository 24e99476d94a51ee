"""An empty database of either kind, and flask_migrate working on it."""

import pytest
from flask import Flask
from flask_migrate import Migrate

from booking.kit.db import db, engine_options, open_engine, prepare
from tests.build.databases import MIGRATIONS


@pytest.fixture
def url(request, kind, tmp_path):
    """An empty database."""
    if kind == "postgresql":
        return request.getfixturevalue("postgres_databases")()
    return f"sqlite:///{tmp_path}/lupine.sqlite3"


@pytest.fixture
def steps(url):
    """Inside this, flask_migrate works on the empty database."""
    app = Flask("migrations")
    app.config.update(SQLALCHEMY_DATABASE_URI=url, SQLALCHEMY_ENGINE_OPTIONS=engine_options(url))
    db.init_app(app)
    Migrate(app, db, directory=str(MIGRATIONS))
    with app.app_context():
        prepare(db.engine)
        yield app
        db.engine.dispose()


@pytest.fixture
def engine(url):
    """The same database, as a process opens it."""
    engine = open_engine(url)
    yield engine
    engine.dispose()
