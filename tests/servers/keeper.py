"""Keeps one server for the processes of a test run, and ends it with the run.

The keeper is a process of its own, so that pytest-xdist's workers can share a server that none
of them owns, and so that the server ends even where pytest was killed.
"""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.servers.machine import PROJECT, ServerMissing, locked
from tests.servers.postgres import find_postgres
from tests.servers.redis import find_redis

FINDERS = {
    "postgres": lambda folder: _described(find_postgres(folder)),
    "durable-postgres": lambda folder: _described(find_postgres(folder, durable=True)),
    "redis": lambda folder: _described(find_redis(folder)),
}
STOP_SECONDS = 20


@dataclass(frozen=True)
class SharedServers:
    """The servers of one test run; every process of the run has one, over the same folder."""

    folder: Path
    owner: int

    def ask(self, kind):
        """Return the URL of a server, starting it if nobody has yet; raises ServerMissing."""
        with locked(self.folder / f"{kind}.lock"):
            if not self._answer(kind).exists():
                self._start(kind)
        answer = json.loads(self._answer(kind).read_text())
        if "missing" in answer:
            raise ServerMissing(answer["missing"])
        return answer["url"]

    def notes(self):
        """Return a line about each server that was asked for."""
        found = {path.stem: json.loads(path.read_text()) for path in self.folder.glob("*.json")}
        return [f"{kind}: {a.get('how', a.get('missing'))}" for kind, a in sorted(found.items())]

    def stop(self):
        """Stop what this run started and remove its traces."""
        keepers = list(self.folder.glob("*.pid"))
        for path in keepers:
            with suppress(ProcessLookupError):
                os.kill(int(path.read_text()), signal.SIGTERM)
        until = time.monotonic() + STOP_SECONDS
        while time.monotonic() < until and any(path.exists() for path in keepers):
            time.sleep(0.02)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _answer(self, kind):
        return self.folder / f"{kind}.json"

    def _start(self, kind):
        log = self.folder / f"{kind}.keeper.log"
        with log.open("ab") as output:
            subprocess.run(
                [sys.executable, "-m", "tests.servers", "keep", kind, self.folder, str(self.owner)],
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        if not self._answer(kind).exists():
            raise ServerMissing(f"{kind} could not be kept:\n{log.read_text()[-2000:]}")


def keep(kind, folder, owner):
    """Detach, find or start a server, write its address to the folder, stay until the run ends.

    Returns to the caller once the address, or the reason why there is none, is written.
    """
    child = os.fork()
    if child:
        ended = 0
        while not ended and not (folder / f"{kind}.json").exists():
            ended, _ = os.waitpid(child, os.WNOHANG)
            time.sleep(0.02)
        return
    os.setsid()
    signal.pthread_sigmask(signal.SIG_SETMASK, ())  # whoever asked may have blocked some
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    pid_file = folder / f"{kind}.pid"
    pid_file.write_text(str(os.getpid()))
    try:
        with _found(kind, folder) as answer:
            _write(folder / f"{kind}.json", answer)
            _wait_for_end(owner)
    finally:
        shutil.rmtree(folder / kind, ignore_errors=True)
        pid_file.unlink(missing_ok=True)
        if not _lives(owner):
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _found(kind, folder):
    state = folder / kind
    state.mkdir(exist_ok=True)
    state.chmod(0o755)
    private = None
    try:
        answer, private = FINDERS[kind](state)
    except ServerMissing as missing:
        answer = {"missing": str(missing)}
    try:
        yield answer
    finally:
        if private:
            private.stop()


def _described(server):
    url = getattr(server, "dsn", None) or server.url
    return {"url": url, "how": server.how}, server.private


def _write(path, answer):
    unfinished = path.with_suffix(".part")
    unfinished.write_text(json.dumps(answer))
    unfinished.rename(path)


def _wait_for_end(owner):
    if not hasattr(os, "pidfd_open"):
        while _lives(owner):
            time.sleep(0.5)
        return
    with suppress(ProcessLookupError):
        watched = os.pidfd_open(owner)
        select.select([watched], [], [])


def _lives(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
