"""Clinics for races: on both databases, with a connection for every one who takes part."""

import pytest
from sqlalchemy import create_engine

from booking.kit.db import engine_options, prepare
from tests.build.databases import copy_sqlite, empty_tables

EVERYBODY = 60


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_kind(request):
    return request.param


@pytest.fixture
def clinic_engine(request, database_kind, tmp_path):
    """A database with nothing in it, and room for everybody at once."""
    if database_kind == "postgresql":
        migrated = request.getfixturevalue("postgres_engine")
        empty_tables(migrated)
        url = migrated.url.render_as_string(hide_password=False)
    else:
        url = copy_sqlite(request.getfixturevalue("sqlite_template"), tmp_path)
    options = {**engine_options(url), "pool_size": EVERYBODY, "max_overflow": 0}
    engine = prepare(create_engine(url, **options))
    yield engine
    engine.dispose()


@pytest.fixture
def trials(database_kind):
    """How often a race is run: PostgreSQL's many writers at once can go wrong in more ways."""
    return 20 if database_kind == "postgresql" else 3
