"""The simulator that most tests of it and of the gateways share."""

import itertools

import pytest

from tests.simulator.world import World

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def shared_world(tmp_path_factory):
    world = World(tmp_path_factory.mktemp("simulator"))
    yield world
    world.close()


@pytest.fixture
def world(shared_world):
    """The simulator, in which each test uses a phone of its own; faults end with the test."""
    yield shared_world
    shared_world.faults()


@pytest.fixture
def phone():
    """A demo number nobody else uses."""
    return f"+1202555{next(_numbers):04}"
