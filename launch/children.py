"""A child process with its log: started in a session of its own, ended with all it started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections import deque
from pathlib import Path

from launch.programs import PROJECT, Program

LARGEST_LOG = 5_000_000
_CHILD = str(Path(__file__).with_name("child.py"))


class Child:
    """A running program; its output goes to a file, so it never waits for a reader."""

    def __init__(self, program: Program, log_dir: Path) -> None:
        self.program = program
        self.log = log_dir / f"{program.name}.log"
        self._shown = _make_room(self.log)
        self._was_told = False
        with self.log.open("ab") as output:
            # The kernel ends it with the thread that starts it: start children from one that stays.
            self._process = subprocess.Popen(
                [sys.executable, "-S", _CHILD, str(os.getpid()), *program.argv],
                cwd=PROJECT,
                env=dict(program.env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # What it writes is health data, whatever folder it was given.
                umask=0o077,
            )

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    @property
    def exit_status(self) -> int | None:
        """How it ended (negative: the signal), or None while it runs."""
        return self._process.poll()

    def wait(self) -> int:
        """Wait for a program that ends by itself and return its exit status."""
        return self._process.wait()

    def new_lines(self) -> list[str]:
        """Return what it wrote since the last call, whole lines only while it runs."""
        with self.log.open("rb") as file:
            file.seek(self._shown)
            new = file.read()
        if self.exit_status is None:
            new = new[: new.rfind(b"\n") + 1]
        self._shown += len(new)
        return new.decode(errors="replace").splitlines()

    def last_lines(self, count: int = 20) -> list[str]:
        """Return the end of its log."""
        with self.log.open(errors="replace") as file:
            return [line.rstrip("\n") for line in deque(file, count)]

    def terminate(self) -> None:
        """Ask it to end, in peace, and once: a second time could strike it while it ends."""
        if self.exit_status is None and not self._was_told:
            self._was_told = True
            self._process.terminate()

    def kill(self) -> None:
        """Have it end at once, with everything in its session's process group."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, wait as long as it is due, then end whatever is left of it."""
        self.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(self.program.grace_seconds)
        self.kill()
        self._process.wait()


def _make_room(log: Path) -> int:
    """Set an overgrown log aside and return where new output begins."""
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not log.exists():
        return 0
    if log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".log.1"))
        return 0
    return log.stat().st_size
