"""Whether a running process hangs: halted by a signal, deaf at its address, or no longer turning.

Looks are counted, not seconds: a machine that slept or a supervisor that was halted itself must not
make all its processes look dead at once.
"""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path

from launch.health import site_answers
from launch.process import Child
from launch.programs import Program

LOOK_EVERY_S = 1.0
HALTED_LOOKS = 20
"""So many seconds somebody may halt a process, to look into it."""
MARK_LOOKS = 180
"""Marks come every few seconds (workers/marks.py); sending and mailing hold the loop up longer."""
ASK_EVERY_S = 5.0
UNANSWERED = 6
"""Requests in a row, of 3 seconds at most: 30 s where it refuses them, 48 s where it hangs."""
STARTING_ASKED = 24
"""A process that has not answered yet may still be starting, on a machine with much else to do."""


class Watch:
    """Looks after the process of one program, from its start to its end."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._looks_halted = self._looks_without_mark = 0
        self._mark_was: int | None = None
        self._next_look = 0.0
        self._asking = Asking(program.alive_url) if program.alive_url else None

    def begin(self) -> None:
        """Begin anew, with a process that has just started."""
        self._looks_halted = self._looks_without_mark = 0
        if self._asking:
            self._asking.begin()

    def end(self) -> None:
        """Ask no more."""
        if self._asking:
            self._asking.end()

    def hangs(self, child: Child, now: float) -> str | None:
        """Say how the process hangs, or nothing while it does not; looks once a second."""
        if now < self._next_look:
            return None
        self._next_look = now + LOOK_EVERY_S
        self._looks_halted = self._looks_halted + 1 if child.is_stopped() else 0
        self._look_at_mark()
        if self._looks_halted > HALTED_LOOKS:
            return "was halted by a signal and not let go on"
        if self._looks_without_mark > MARK_LOOKS:
            return "no longer turns"
        if self._asking and self._asking.is_deaf:
            return f"does not answer at {self._program.alive_url}"
        return None

    def _look_at_mark(self) -> None:
        if self._program.mark is None:
            return
        mark = _changed_at(self._program.mark)
        same = mark is not None and mark == self._mark_was
        self._looks_without_mark = self._looks_without_mark + 1 if same else 0
        self._mark_was = mark


class Asking:
    """Asks an address from a thread of its own, since an answer may take seconds."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._ended = threading.Event()
        self._unanswered = 0
        self._has_answered = False
        threading.Thread(target=self._ask, name=f"asking {url}", daemon=True).start()

    def begin(self) -> None:
        """Forget what was, with a process that has just started."""
        self._unanswered = 0
        self._has_answered = False

    def end(self) -> None:
        """Ask no more."""
        self._ended.set()

    @property
    def is_deaf(self) -> bool:
        """Whether it has left too many requests in a row without an answer."""
        return self._unanswered >= (UNANSWERED if self._has_answered else STARTING_ASKED)

    def _ask(self) -> None:
        while not self._ended.wait(ASK_EVERY_S):
            if site_answers(self._url):
                self._unanswered, self._has_answered = 0, True
            else:
                self._unanswered += 1


def _changed_at(file: Path) -> int | None:
    """Return when a mark was left last; nothing where none can be left, on a read-only disk."""
    with suppress(OSError):
        return file.stat().st_mtime_ns if os.access(file, os.W_OK) else None
    return None
