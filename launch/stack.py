"""All processes of one Lupine together: `make run` and the story test start the same."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from launch.claims import Taken, check_ports, take_data_dir
from launch.down_file import DownFile
from launch.health import site_answers
from launch.local_settings import Ports, kept_settings, local_settings, sandbox_url
from launch.process import Child
from launch.programs import Program, Programs, lupine
from launch.units import Unit

HEALTH_SECONDS = 60.0
LOOK_SECONDS = 0.05


class StartFailed(Exception):
    """Lupine could not start; the message says why and what can be done. Nothing was left."""


class Interrupted(Exception):
    """Someone asked Lupine to stop while it started. Nothing was left."""


class Stack:
    """One Lupine on this machine, from its ports and its data folder.

    `env` is the user's environment, whose settings win; `programs` is there for tests.
    Start and tend it from one thread that stays: its processes end with that thread.
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
        self.units: list[Unit] = []
        self.said: Callable[[str, str], None] = lambda name, line: None
        self.should_stop: Callable[[], bool] = lambda: False
        """Asked again and again during a start, which then ends in Interrupted."""
        self._env = env
        self._programs = programs
        self._lock: IO[str] | None = None
        self._once: Child | None = None
        self._down = DownFile(self.data_dir)

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
        return any(unit.program.name == "phone" for unit in self.units)

    @property
    def children(self) -> list[Child]:
        """The processes of this run, as they are now; one that ended may yet come back."""
        return [unit.child for unit in self.units] + ([self._once] if self._once else [])

    def start(self) -> None:
        """Start every process and wait until all that can say so are well.

        Raises StartFailed; then nothing runs.
        """
        try:
            # It holds keys and health data.
            self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = take_data_dir(self.data_dir, self.web_url)
            check_ports(self.ports, self.data_dir)
            self._down.tell(())
            kept = kept_settings(self.data_dir)
            self.settings = local_settings(self.data_dir, self.ports, self._env, kept=kept)
            programs = self._programs(self.settings)
            for program in programs.once:
                self._run_once(program)
            for program in programs.staying:
                self._go_on_starting()
                self.units.append(Unit(program, self._log_dir, self._say))
            self._wait_for_health()
        except Taken as taken:
            self.stop()
            raise StartFailed(str(taken)) from None
        except OSError as refused:
            self.stop()
            raise StartFailed(str(refused)) from refused
        except BaseException:
            self.stop()
            raise

    def tend(self) -> None:
        """Bring back what ended, end what hangs, and hand on what was said; call it often.

        Raises StartFailed where a process has not worked from the beginning.
        """
        self.relay()
        now = time.monotonic()
        for unit in self.units:
            unit.tend(now)
            if unit.never_worked:
                raise StartFailed(_ended(unit.child))
        self._down.tell(unit.program.name for unit in self.units if unit.is_down)

    def stop(self) -> None:
        """End every process, the last started first, and wait until they are gone.

        Those with work in hand are told at once: while one finishes its own, no other takes on
        more.
        """
        if self._once:
            self._once.stop()
            self._once = None
        for unit in self.units:
            if unit.program.stops_first:
                unit.child.terminate()
        while self.units:
            self.units[-1].stop()
            self.relay()
            self.units.pop()
        if self._lock:
            self._down.tell(())
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
        for unit in self.units:
            unit.relay()

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

    def _say(self, name: str, line: str) -> None:
        self.said(name, line)

    def _go_on_starting(self) -> None:
        if self.should_stop():
            raise Interrupted

    def _run_once(self, program: Program) -> None:
        self._go_on_starting()
        self._once = child = Child(program, self._log_dir)
        status = None
        while status is None:
            self._go_on_starting()
            time.sleep(LOOK_SECONDS)
            status = child.exit_status
            for line in child.new_lines():
                self.said(program.name, line)
        child.kill()
        self._once = None
        if status:
            raise StartFailed(_ended(child))

    def _wait_for_health(self) -> None:
        until = time.monotonic() + HEALTH_SECONDS
        waiting = [unit.child for unit in self.units if unit.program.health_url]
        while waiting:
            self._go_on_starting()
            self.relay()
            dead = self.dead()
            if dead:
                raise StartFailed(_ended(dead))
            waiting = [
                child for child in waiting if not site_answers(child.program.health_url or "")
            ]
            if waiting and time.monotonic() > until:
                raise StartFailed(_not_well(waiting[0]))
            time.sleep(LOOK_SECONDS)


def _ended(child: Child) -> str:
    """Say which process ended, how, and its last lines."""
    return f"{child.program.name} {child.how_it_ended()}. {child.log_end()}"


def _not_well(child: Child) -> str:
    seconds = f"{HEALTH_SECONDS:.0f}"
    return f"{child.program.name} does not answer after {seconds} seconds. {child.log_end()}"
