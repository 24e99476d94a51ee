"""A child process with its log: started in a session of its own, ended with all it started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from launch.log_file import LogFile
from launch.log_view import plain
from launch.programs import PROJECT, Program

LAST_LINES = 20
_CHILD = str(Path(__file__).with_name("parent_death.py"))


class Child:
    """A running program; its output goes to a file, so it never waits for a reader."""

    def __init__(self, program: Program, log_dir: Path) -> None:
        self.program = program
        self.started_at = time.monotonic()
        self._log = LogFile(log_dir / f"{program.name}.log")
        self._was_told = False
        # The kernel ends it with the thread that starts it: start children from one that stays.
        self._process = subprocess.Popen(
            [sys.executable, "-S", _CHILD, str(os.getpid()), *program.argv],
            cwd=PROJECT,
            env=dict(program.env),
            stdin=subprocess.DEVNULL,
            stdout=self._log.fileno(),
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

    @property
    def log(self) -> Path:
        """The file that its output goes to."""
        return self._log.path

    def wait(self) -> int:
        """Wait for a program that ends by itself and return its exit status."""
        return self._process.wait()

    def new_lines(self) -> list[str]:
        """Return what it wrote since the last call, whole lines only while it runs."""
        has_ended = self.exit_status is not None
        lines = self._log.new_lines(to_the_end=has_ended)
        self._log.keep_bounded()
        return lines

    def last_lines(self, count: int = LAST_LINES) -> list[str]:
        """Return the end of what it wrote."""
        return self._log.last_lines(count)

    def how_it_ended(self) -> str:
        """Say how it ended, in a few words."""
        status = self.exit_status or 0
        how = f"signal {-status}" if status < 0 else f"exit status {status}"
        return f"ended ({how})"

    def log_end(self) -> str:
        """Return its last lines as a person reads them, below the name of its log."""
        lines = [part for line in self.last_lines() for part in plain(line).splitlines()]
        return "\n    ".join([f"The end of {self.log}:", *lines[-LAST_LINES:]])

    def is_stopped(self) -> bool:
        """Whether somebody halted it with a signal; never where the system does not tell."""
        with contextlib.suppress(psutil.Error):
            return psutil.Process(self.pid).status() == psutil.STATUS_STOPPED
        return False

    def close(self) -> None:
        """Let go of its log."""
        self._log.close()

    def terminate(self) -> None:
        """Ask it to end, in peace, and once: a second time could strike it while it ends."""
        if self.exit_status is None and not self._was_told:
            self._was_told = True
            self._process.terminate()
            # One that somebody halted hears nothing before it goes on.
            self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """Have it end at once, with everything in its session's process group."""
        # A group that is gone cannot be ended; some systems say so by refusing.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, wait as long as it is due, then end whatever is left of it."""
        self.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(self.program.grace_seconds)
        self.kill()
        self._process.wait()
