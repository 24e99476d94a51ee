"""The outside world of the gateways: the carrier's simulator and its mail catcher."""

import itertools

import pytest

from tests.simulator.world import World

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def shared_world(tmp_path_factory):
    world = World(tmp_path_factory.mktemp("outside"))
    yield world
    world.close()


@pytest.fixture
def world(shared_world):
    """The simulator; faults end with the test."""
    yield shared_world
    shared_world.faults()


@pytest.fixture
def phone():
    """A demo number nobody else uses."""
    return f"+1303555{next(_numbers):04}"
