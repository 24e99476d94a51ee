"""Which process died when and of what, and how long it took to be back and well."""

import math
import time
from contextlib import suppress
from dataclasses import dataclass

from launch.restarts import GIVES_UP_AFTER

BY_ITSELF = "by itself"
AFTERWARDS_S = 2.0
"""What stood still for a while needs a moment when it goes on."""


@dataclass
class Death:
    """One death, and the coming back; monotonic seconds."""

    name: str
    cause: str
    at: float
    back_at: float = math.inf
    last_lines: str = ""

    @property
    def took_s(self):
        return self.back_at - self.at


class Lives:
    """Looks at every process of a stack, again and again."""

    def __init__(self, stack, visits):
        self.deaths = []
        self.halts = {unit.program.name: [] for unit in stack.units}
        self.given_up = set()
        self._units = {unit.program.name: unit for unit in stack.units}
        self._visits = visits
        self._seen = {name: unit.child for name, unit in self._units.items()}
        self._open = {}
        self._struck = {}
        self._marks = {}

    def strike(self, name, cause):
        """Note that a process is about to be struck."""
        self._struck[name] = (cause, time.monotonic())

    def may_be_struck(self, name):
        """Whether it is well, and has not died so often that it would rightly be given up."""
        unit = self._units[name]
        halted = any(until > time.monotonic() for _, until in self.halts[name])
        few = unit.restarts.in_a_row < GIVES_UP_AFTER - 3
        is_well = name not in self._open and name not in self._struck
        return few and not halted and is_well and unit.child.exit_status is None

    def look(self):
        """Look once; call it as often as the stack is tended."""
        for name, unit in self._units.items():
            if unit.is_down:
                self.given_up.add(name)
            child = unit.child
            if name not in self._open:
                if child is not self._seen[name] or child.exit_status is not None:
                    self._note_death(name)
            elif child.exit_status is None and self._is_well(name, child):
                self._open.pop(name).back_at = time.monotonic()
            self._seen[name] = child

    def all_well(self):
        """Whether every process is there and well."""
        return not self._open

    def away(self, name):
        """Return from when until when a process was dead, halted or starting."""
        dead = [(one.at, one.back_at + AFTERWARDS_S) for one in self.deaths if one.name == name]
        if name in self._struck:
            dead.append((self._struck[name][1], math.inf))
        return dead + [(since, until + AFTERWARDS_S) for since, until in self.halts[name]]

    def is_away(self, name):
        """Whether it is so now."""
        now = time.monotonic()
        return any(since <= now <= until for since, until in self.away(name))

    def _note_death(self, name):
        seen = self._seen[name]
        cause, at = self._struck.pop(name, (BY_ITSELF, time.monotonic()))
        death = Death(name, cause, at)
        if cause == BY_ITSELF:
            death.last_lines = f"{seen.how_it_ended()}. {seen.log_end()}"
        self._marks[name] = self._mark(name)
        self._open[name] = death
        self.deaths.append(death)

    def _is_well(self, name, child):
        if name in self._visits:
            return self._visits[name].answered_at > child.started_at
        return self._mark(name) != self._marks[name]

    def _mark(self, name):
        mark = self._units[name].program.mark
        with suppress(OSError):
            return mark.stat().st_mtime_ns if mark else None
        return None
