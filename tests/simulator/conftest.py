import pytest

from tests.simulator.shared import phone, shared_world, world
from tests.simulator.world import World

__all__ = ["phone", "shared_world", "world"]


@pytest.fixture
def own_world(tmp_path):
    """A simulator nobody else uses, slow to try a webhook again."""
    made = World(tmp_path, retry_after=5)
    yield made
    made.close()
