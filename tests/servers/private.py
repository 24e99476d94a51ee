"""A server of the tests' own on a free port, which ends with the process that started it."""

import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from launch.parent_death import die_with_parent
from tests.servers.machine import Account, ServerMissing

READY_SECONDS = 30
TRIES = 4


@dataclass(frozen=True)
class Private:
    """A running server of ours."""

    port: int
    process: subprocess.Popen

    def stop(self):
        """End it without waiting for its clients."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)  # PostgreSQL's "fast"; Redis takes it too
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def start_private(
    command: Callable[[int], list[str]],
    *,
    ready: Callable[[int], bool],
    port: Callable[[], int],
    log: Path,
    account: Account | None = None,
):
    """Start the server and wait until it answers; tries other ports where one was just taken."""
    switch = {}
    if account:
        switch = {"user": account.uid, "group": account.gid, "extra_groups": []}
    for _ in range(TRIES):
        chosen = port()
        with log.open("ab") as output:
            process = subprocess.Popen(
                command(chosen),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=log.parent,
                start_new_session=True,
                preexec_fn=_die_fast_with_parent,  # noqa: PLW1509 - the keeper has no threads
                **switch,
            )
        server = Private(chosen, process)
        if _answers(server, ready):
            return server
        server.stop()
    raise ServerMissing(f"{command(0)[0]} did not start:\n{log.read_text()[-2000:]}")


def _die_fast_with_parent():
    die_with_parent(signal.SIGINT)


def _answers(server, ready):
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and server.process.poll() is None:
        if ready(server.port):
            return True
        time.sleep(0.05)
    return False
