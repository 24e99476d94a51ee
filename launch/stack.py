"""All processes of one Lupine together: `make run` and the story test start the same."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from launch.children import Child
from launch.health import site_answers
from launch.local_settings import Ports, kept_settings, local_settings, sandbox_url
from launch.ports import environment_of, holder, is_free, wait_until_free
from launch.programs import Program, Programs, lupine

LOCK = "lupine.lock"
HEALTH_SECONDS = 60.0
LEFTOVER_SECONDS = 8.0
"""How long the children of a killed run may take to end by themselves."""
_OURS = ("booking.wsgi", "booking.sandbox")


class StartFailed(Exception):
    """Lupine could not start; the message says why and what can be done. Nothing was left."""


class Stack:
    """One Lupine on this machine, from its ports and its data folder.

    `env` is the user's environment, whose settings win; `programs` is there for tests.
    Start it from a thread that stays: its processes end with that thread.
    """

    def __init__(
        self,
        data_dir: Path,
        ports: Ports,
        env: Mapping[str, str] = os.environ,
        programs: Callable[[Mapping[str, str]], Programs] = lupine,
    ) -> None:
        self.data_dir = data_dir.resolve()
        self.ports = ports
        self.settings: dict[str, str] = {}
        self.children: list[Child] = []
        self.said: Callable[[str, str], None] = lambda name, line: None
        self._env = env
        self._programs = programs
        self._lock: IO[str] | None = None

    @property
    def web_url(self) -> str:
        """The site's address on this machine."""
        return f"http://127.0.0.1:{self.ports.web}"

    @property
    def phone_url(self) -> str:
        """The address of the page with the patients' phones and the caught mail."""
        return sandbox_url(self.ports)

    @property
    def has_phone(self) -> bool:
        """Whether this run has a simulator."""
        return any(child.program.name == "phone" for child in self.children)

    def start(self) -> None:
        """Start every process and wait until all that can say so are well.

        Raises StartFailed; then nothing runs.
        """
        self.data_dir.mkdir(
            mode=0o700, parents=True, exist_ok=True
        )  # it holds keys and health data
        self._take_data_dir()
        try:
            self._check_ports()
            kept = kept_settings(self.data_dir)
            self.settings = local_settings(self.data_dir, self.ports, self._env, kept=kept)
            programs = self._programs(self.settings)
            for program in programs.once:
                self._run_once(program)
            for program in programs.staying:
                self.children.append(Child(program, self._log_dir))
            self._wait_for_health()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End every process, the last started first, and wait until they are gone.

        Those with work in hand are told at once: while one finishes its own, no other takes on
        more.
        """
        for child in self.children:
            if child.program.stops_first:
                child.terminate()
        while self.children:
            self.children[-1].stop()
            self.relay()
            self.children.pop()
        if self._lock:
            self._lock.close()
            self._lock = None

    def kill(self) -> None:
        """End every process at once."""
        for child in self.children:
            child.kill()

    def dead(self) -> Child | None:
        """Return a child that ended though it should stay, if there is one."""
        return next((child for child in self.children if child.exit_status is not None), None)

    def relay(self) -> None:
        """Hand the children's new lines to `said`."""
        for child in self.children:
            for line in child.new_lines():
                self.said(child.program.name, line)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def _log_dir(self) -> Path:
        return self.data_dir / "log"

    def _take_data_dir(self) -> None:
        lock = (self.data_dir / LOCK).open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise StartFailed(
                f"{_running_in(self.data_dir) or 'another Lupine'} uses the data folder "
                f"{self.data_dir}. DATA_DIR names another folder."
            ) from None
        lock.truncate(0)
        lock.write(json.dumps({"pid": os.getpid(), "web": self.web_url}))
        lock.flush()
        self._lock = lock

    def _check_ports(self) -> None:
        taken = [port for port in self.ports.all() if not is_free(port)]
        if taken and all(self._is_leftover(port) for port in taken):
            taken = wait_until_free(taken, LEFTOVER_SECONDS)
        if taken:
            raise StartFailed("\n".join(self._who_holds(port) for port in taken))

    def _is_leftover(self, port: int) -> bool:
        """Whether a process of this data folder holds the port.

        This run has the folder's lock, so whoever started that process was killed, and it is
        about to end.
        """
        found = holder(port)
        return found is not None and environment_of(found.pid).get("DATA_DIR") == str(self.data_dir)

    def _who_holds(self, port: int) -> str:
        found = holder(port)
        name = "PORT" if port == self.ports.web else "SANDBOX_PORT"
        hint = f"{name} names another port."
        if found is None:
            return f"port {port} is taken by another process. {hint}"
        if any(mark in found.command for mark in _OURS):
            folder = environment_of(found.pid).get("DATA_DIR", "")
            other = _running_in(Path(folder)) if folder else None
            other = other or f"another Lupine at http://127.0.0.1:{port} (pid {found.pid})"
            return f"port {port} is taken by {other}. {hint}"
        return f"port {port} is taken by {found}. {hint}"

    def _run_once(self, program: Program) -> None:
        child = Child(program, self._log_dir)
        self.children.append(child)
        status = child.wait()
        self.relay()
        self.children.remove(child)
        child.kill()
        if status:
            raise StartFailed(how_it_ended(child))

    def _wait_for_health(self) -> None:
        until = time.monotonic() + HEALTH_SECONDS
        waiting = [child for child in self.children if child.program.health_url]
        while waiting:
            self.relay()
            dead = self.dead()
            if dead:
                raise StartFailed(how_it_ended(dead))
            waiting = [
                child for child in waiting if not site_answers(child.program.health_url or "")
            ]
            if waiting and time.monotonic() > until:
                raise StartFailed(_not_well(waiting[0]))
            time.sleep(0.05)


def _running_in(data_dir: Path) -> str | None:
    """Say which Lupine holds a data folder, as it noted there itself."""
    try:
        noted = json.loads((data_dir / LOCK).read_text())
        return f"another Lupine at {noted['web']} (pid {noted['pid']})"
    except (OSError, ValueError, KeyError, TypeError):
        return None


def how_it_ended(child: Child) -> str:
    """Say which process ended, how, and its last lines."""
    status = child.exit_status or 0
    how = f"signal {-status}" if status < 0 else f"exit status {status}"
    return f"{child.program.name} ended ({how}). {_log_end(child)}"


def _not_well(child: Child) -> str:
    seconds = f"{HEALTH_SECONDS:.0f}"
    return f"{child.program.name} does not answer after {seconds} seconds. {_log_end(child)}"


def _log_end(child: Child) -> str:
    return "\n    ".join([f"The end of {child.log}:", *child.last_lines()])
