"""Kills and halts processes at random."""

import os
import random
import signal
import time
from contextlib import suppress

from tests.chaos.stage import children_of

TARGETS = {"worker": 3, "loop": 3, "beat": 2, "web": 2, "web worker": 2, "phone": 2}
KILL, HALT, HALT_FOR_GOOD = "killed", "halted", "halted for good"
HOW = {KILL: 75, HALT: 20, HALT_FOR_GOOD: 5}
HALTED_S = (0.5, 8.0)


class Striker:
    """Strikes one process of a stack every now and then."""

    def __init__(self, stack, lives, seed, average_s):
        self.counts = {}
        self._stack, self._lives = stack, lives
        self._chance = random.Random(f"{seed} strikes")
        self._average_s = average_s
        self._halted = []
        self._next = time.monotonic() + 2.0

    def tend(self):
        """Strike, if it is time to, and let go on what was halted for long enough."""
        self.let_go(time.monotonic())
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + self._chance.expovariate(1 / self._average_s)
        target = self._chance.choices(list(TARGETS), list(TARGETS.values()))[0]
        how = self._chance.choices(list(HOW), list(HOW.values()))[0]
        # The simulator stands for the outside: halted, it would notice late what came in time.
        if target in {"web worker", "phone"}:
            how = KILL
        if self._strike(target, how):
            what = f"{target} {how}"
            self.counts[what] = self.counts.get(what, 0) + 1

    def let_go(self, now=float("inf")):
        """Let everything go on that was halted until then."""
        for until, pid in [one for one in self._halted if one[0] <= now]:
            self._halted.remove((until, pid))
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def _strike(self, target, how):
        name = target.split()[0]
        if not self._lives.may_be_struck(name):
            return False
        pid = self._pid(target)
        if pid is None:
            return False
        now = time.monotonic()
        if target == "web worker":
            # Its own parent replaces it.
            self._lives.halts[name].append((now, now + 5.0))
        elif how == HALT:
            until = now + self._chance.uniform(*HALTED_S)
            self._halted.append((until, pid))
            self._lives.halts[name].append((now, until))
        else:
            # What is halted for good nobody lets go on: its supervisor ends it.
            self._lives.strike(name, how)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL if how == KILL else signal.SIGSTOP)
        return True

    def _pid(self, target):
        unit = next(one for one in self._stack.units if one.program.name == target.split()[0])
        if target != "web worker":
            return unit.child.pid
        forked = sorted(children_of(unit.child.pid))
        return self._chance.choice(forked) if forked else None
