import itertools

import pytest

from tests.simulator.world import World

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def shared_world(tmp_path_factory):
    world = World(tmp_path_factory.mktemp("sandbox"))
    yield world
    world.close()


@pytest.fixture
def world(shared_world):
    """The simulator most tests share: each uses a phone of its own; faults end with the test."""
    yield shared_world
    shared_world.faults()


@pytest.fixture
def phone():
    """A demo number nobody else uses."""
    return f"+1202555{next(_numbers):04}"


@pytest.fixture
def own_world(tmp_path):
    """A simulator nobody else uses, slow to try a webhook again."""
    world = World(tmp_path, retry_after=5)
    yield world
    world.close()
