"""Real processes to measure: a migrated database, the carrier simulator, and what is asked for."""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import requests
from sqlalchemy import Engine

from booking.kit.db import open_database, open_engine
from booking.runtime import Runtime, build_runtime
from booking.settings import Settings
from launch.local_settings import Ports
from launch.ports import free_port
from launch.process import Child
from launch.programs import Program, Programs, lupine
from launch.stack import Stack

KEPT = ("PATH", "HOME", "LANG", "TMPDIR")
OUT_OF_THE_WAY = "1000000"
"""A sender's rate that never holds anybody up, in segments a second."""
PATIENCE_S = 600.0


@dataclass
class Rig:
    """One Lupine under measurement, and hands to load it with."""

    stack: Stack
    engine: Engine
    runtime: Runtime

    @property
    def environment(self) -> dict[str, str]:
        """The settings its processes have."""
        return self.stack.settings

    def carrier(self, *faults: dict[str, str | float]) -> None:
        """Put these faults of the simulator in force, and no others."""
        answer = requests.put(
            f"{self.stack.phone_url}/control/faults", json={"faults": list(faults)}, timeout=10
        )
        answer.raise_for_status()

    @contextmanager
    def running(self, name: str, *argv: str, **changes: str) -> Iterator[Child]:
        """Run one more process with the rig's settings while the block lasts."""
        program = Program(
            name, (sys.executable, *argv), {**self.environment, **changes}, None, 30.0
        )
        child = Child(program, self.stack.data_dir / "log")
        try:
            yield child
        finally:
            child.stop()

    @contextmanager
    def senders(self, count: int) -> Iterator[None]:
        """Run so many sender processes, each ready to send, while the block lasts."""
        ready = [self.stack.data_dir / f"sender-{number}.ready" for number in range(count)]
        with self._all_running([("-m", "bench.sender", str(file)) for file in ready]):
            until(lambda: all(file.exists() for file in ready), "senders that are ready")
            yield
        for file in ready:
            file.unlink()

    @contextmanager
    def _all_running(self, commands: list[tuple[str, ...]]) -> Iterator[None]:
        if not commands:
            yield
            return
        with self.running(f"sender-{len(commands)}", *commands[0]), self._all_running(commands[1:]):
            yield


@contextmanager
def rig(
    database_url: str, *, redis_url: str = "", staying: tuple[str, ...] = ("phone",), **more: str
) -> Iterator[Rig]:
    """Migrate a database and start some of Lupine's processes around it.

    `staying` names them as launch/programs does: phone (the simulator), web, worker, beat.
    """
    with tempfile.TemporaryDirectory(prefix="lupine-bench-") as folder:
        environment = {name: os.environ[name] for name in KEPT if name in os.environ}
        environment |= {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "SENDER_RATE": OUT_OF_THE_WAY,
            **more,
        }
        first = free_port(together=3)
        ports = Ports(web=first, sandbox=first + 1)
        stack = Stack(Path(folder), ports, environment, _only(staying))
        with stack:
            engine = open_engine(database_url)
            try:
                yield Rig(stack, engine, _runtime_of(stack, engine))
            finally:
                engine.dispose()


def _only(names: tuple[str, ...]) -> Callable[[Mapping[str, str]], Programs]:
    def programs(env: Mapping[str, str]) -> Programs:
        every = lupine(env)
        once = tuple(one for one in every.once if one.name == "migrate")
        return Programs(once, tuple(one for one in every.staying if one.name in names))

    return programs


def _runtime_of(stack: Stack, engine: Engine) -> Runtime:
    named = {name.lower(): value for name, value in stack.settings.items() if value}
    return build_runtime(Settings(**named), open_database(engine))  # type: ignore[arg-type]


def until(is_so: Callable[[], bool], what: str, *, patience_s: float = PATIENCE_S) -> None:
    """Wait until something is so; raises TimeoutError where it never is."""
    end = time.monotonic() + patience_s
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError(f"{what} did not come within {patience_s:.0f} s")
        with suppress(InterruptedError):
            time.sleep(0.05)
