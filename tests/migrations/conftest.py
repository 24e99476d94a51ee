"""An empty database of either kind, and flask_migrate working on it."""

import pytest

from booking.kit.db import open_engine
from tests.build.databases import application


@pytest.fixture
def url(request, kind, tmp_path):
    """An empty database."""
    if kind == "postgresql":
        return request.getfixturevalue("postgres_databases")()
    return f"sqlite:///{tmp_path}/lupine.sqlite3"


@pytest.fixture
def steps(url):
    """Inside this, flask_migrate works on the empty database."""
    with application(url) as app:
        yield app


@pytest.fixture
def engine(url):
    """The same database, as a process opens it."""
    engine = open_engine(url)
    yield engine
    engine.dispose()
