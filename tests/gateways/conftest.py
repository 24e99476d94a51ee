"""The outside world of the gateways: the carrier's simulator and its mail catcher."""

from tests.simulator.shared import phone, shared_world, world

__all__ = ["phone", "shared_world", "world"]
