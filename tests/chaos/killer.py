"""Kills processes at random; the senders kill themselves (see points)."""

import random
import time

AVERAGE_PAUSE_S = 1.2
EVERYWHERE = {"web worker": 10, "worker": 8, "beat": 7, "loop": 14}
WITH_SERVERS = {"worker child": 40, "redis": 8, "postgres": 2, "postgres backend": 3}
"""The embedded worker runs threads: it has no children to lose."""


class Killer:
    """Strikes a process of the stage every now and then."""

    def __init__(self, stage, seed):
        self.counts = {}
        self._stage = stage
        self._chance = random.Random(f"{seed} killer")
        self._targets = EVERYWHERE | (WITH_SERVERS if stage.mode == "postgres" else {})
        self._next = time.monotonic() + 1.0

    def tend(self):
        """Strike, if it is time to."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + self._chance.expovariate(1 / AVERAGE_PAUSE_S)
        target = self._chance.choices(list(self._targets), list(self._targets.values()))[0]
        if self._strike(target):
            self.counts[target] = self.counts.get(target, 0) + 1

    def _strike(self, target):
        stage, chance = self._stage, self._chance
        match target:
            case "worker child":
                return stage.kill_child_of("worker", chance)
            case "web worker":
                return stage.kill_child_of("web", chance)
            case "redis":
                return stage.crash(target, back_after=chance.uniform(0.2, 4.0))
            case "postgres":
                return stage.crash(target, back_after=chance.uniform(0.0, 1.0))
            case "postgres backend":
                return stage.kill_backend(chance)
            case _:
                return stage.kill(target, back_after=chance.uniform(0.1, 1.0))
