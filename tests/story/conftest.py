"""A Lupine of real processes, on the embedded default and on PostgreSQL with Redis."""

import pytest

from tests.story.running import Running


@pytest.fixture(scope="module", params=["embedded", "production"])
def running(request, tmp_path_factory):
    settings = {}
    if request.param == "production":
        databases = request.getfixturevalue("postgres_databases")
        brokers = request.getfixturevalue("redis_databases")
        settings = {"DATABASE_URL": databases(), "REDIS_URL": brokers()}
    lupine = Running(tmp_path_factory.mktemp("lupine"), **settings)
    lupine.start()
    yield lupine
    lupine.stop()


@pytest.fixture
def embedded(tmp_path):
    lupine = Running(tmp_path / "var")
    lupine.start()
    yield lupine
    lupine.stop()
