"""The real processes of one run, on ports and in a folder of their own, and their supervisor.

Start, `tend` and stop it from one thread that stays: its processes end with that thread.
"""

import os
import shutil
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

import requests

from booking.kit.db import open_database, open_engine
from booking.runtime import build_runtime
from booking.settings import Settings
from launch.local_settings import Ports, kept_settings, local_settings, sandbox_url
from launch.ports import free_port
from launch.process import Child
from launch.programs import Program, lupine
from tests.build.databases import migrate
from tests.chaos import site
from tests.chaos.machines import Postgres, RedisServer
from tests.chaos.sender import NAMED_STALLS, calm_mark, journal_of

KEPT = ("PATH", "HOME", "LANG", "TMPDIR")
SENDERS = ("sender-1", "sender-2", "sender-3", "sender-4")
LEASE_S, SEARCH_S = 2.0, 2.5
START_SECONDS = 60


class Stage:
    """Everything that runs; `mode` is "postgres" (with Redis) or "embedded"."""

    def __init__(self, folder, plan):
        self.folder, self.mode, self.plan = folder, plan.mode, plan
        self.postgres = self.redis = self._engine = None
        self.children = {}
        self.away = {}
        self.database_came_back = time.monotonic()
        first = free_port(together=3)
        self.ports = Ports(web=first, sandbox=first + 1)
        self.folder.chmod(0o711)
        (self.folder / "chaos").mkdir()

    @property
    def carrier_url(self):
        """The simulator's address."""
        return sandbox_url(self.ports)

    def start(self):
        """Start the servers, make the tables, then start every process."""
        given = {name: os.environ[name] for name in KEPT if name in os.environ}
        given |= {
            "LEASE_SECONDS": str(LEASE_S),
            "SEARCH_SECONDS": str(SEARCH_S),
            "SENDER_RATE": "500",
            "SETTLE_SECONDS": "1",
            # One clinic with the patients of a hundred.
            "WEB_TEXTS": "1000000,1000000",
            "WEB_MAILS": "1000000,1000000",
            "LOG_LEVEL": "WARNING",
            "WORKER_PROCESSES": "2",
            "SANDBOX_SENT_AFTER": "0.2",
            "SANDBOX_DELIVERED_AFTER": "0.3",
            "SANDBOX_SEED": str(self.plan.seed),
        }
        if self.mode == "postgres":
            self.postgres = Postgres(self.folder / "postgres")
            self.redis = RedisServer(self.folder / "redis")
            for server in (self.postgres, self.redis):
                server.start()
                server.wait_until_ready()
            given |= {"DATABASE_URL": self.postgres.url, "REDIS_URL": self.redis.url}
        kept = kept_settings(self.folder)
        self.environment = local_settings(self.folder, self.ports, given, kept=kept)
        migrate(self.environment["DATABASE_URL"])
        for program in self._programs():
            self.children[program.name] = Child(program, self.folder / "log")
        self._wait_for(self.carrier_url + "/control/health")
        self._wait_for(f"http://127.0.0.1:{self.ports.web}/livez")

    def _programs(self):
        for program in lupine(self.environment).staying:
            yield site.mortal(program, self.plan.seed) if program.name == "web" else program
        python = sys.executable
        for name in SENDERS:
            words = [python, "-m", "tests.chaos.sender", name, str(self.plan.seed)]
            if not self.plan.stalls_anywhere:
                words.append(NAMED_STALLS)
            yield Program(name, tuple(words), self.environment)

    def _wait_for(self, address):
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            with suppress(requests.RequestException):
                if requests.get(address, timeout=5).status_code < 500:
                    return
            time.sleep(0.1)
        raise TimeoutError(f"{address} does not answer; see {self.folder / 'log'}")

    def runtime(self):
        """Return a runtime of the runner's own, on the same database."""
        environment = {name.lower(): value for name, value in self.environment.items()}
        settings = Settings(**environment)
        self._engine = open_engine(settings.database_url)
        return build_runtime(settings, open_database(self._engine))

    # -- dying and coming back ---------------------------------------------------

    def kill(self, name, *, back_after):
        """Kill one program alone, and have it back after some seconds."""
        child = self.children[name]
        if name in self.away or child.exit_status is not None:
            return False
        os.kill(child.pid, signal.SIGKILL)
        self.away[name] = time.monotonic() + back_after
        return True

    def kill_child_of(self, name, chance):
        """Kill one of the processes that a program has forked; the program replaces it."""
        forked = sorted(children_of(self.children[name].pid))
        if not forked:
            return False
        with suppress(ProcessLookupError):
            os.kill(chance.choice(forked), signal.SIGKILL)
            return True
        return False

    def crash(self, server, *, back_after):
        """Crash PostgreSQL or Redis, and have it back after some seconds."""
        if server in self.away:
            return False
        getattr(self, server).crash()
        self.away[server] = time.monotonic() + back_after
        return True

    def kill_backend(self, chance):
        """Kill one process of PostgreSQL; it then takes all connections down and recovers."""
        if "postgres" in self.away:
            return False
        forked = sorted(children_of(self.postgres.process.pid))
        if not forked:
            return False
        self.database_came_back = time.monotonic() + 1.0
        with suppress(ProcessLookupError):
            os.kill(chance.choice(forked), signal.SIGKILL)
            return True
        return False

    def tend(self):
        """Bring back whatever is dead and due to come back."""
        for name, child in self.children.items():
            if child.exit_status is not None:
                self.away.setdefault(name, time.monotonic())
        for name, back_at in list(self.away.items()):
            if time.monotonic() < back_at:
                continue
            del self.away[name]
            if name in self.children:
                self._start_again(name)
            else:
                getattr(self, name).start()
                if name == "postgres":
                    self.postgres.wait_until_ready()
                    self.database_came_back = time.monotonic()

    def _start_again(self, name):
        dead = self.children[name]
        # What the dead one had forked goes with it, as under any container's supervisor.
        dead.kill()
        dead.wait()
        self.children[name] = Child(dead.program, self.folder / "log")

    def all_back(self):
        """Bring everything back at once; from here on nothing dies."""
        calm_mark(self.folder).touch()
        self.away = dict.fromkeys(self.away, 0.0)
        self.tend()
        for server in (self.postgres, self.redis):
            if server:
                server.wait_until_ready()

    def steady_since(self):
        """Return for how many seconds the database has been there; below 0 while it is not."""
        return -1.0 if "postgres" in self.away else time.monotonic() - self.database_came_back

    def points(self):
        """Return how often each named point was struck."""
        struck = {}
        for name in (*SENDERS, site.NAME):
            path = journal_of(self.folder, name)
            for line in path.read_text().splitlines() if path.exists() else ():
                struck[line] = struck.get(line, 0) + 1
        return struck

    def stop(self, *, keep=False):
        """End everything and remove the folder, unless somebody wants to look into it."""
        if self._engine:
            self._engine.dispose()
        for child in reversed(self.children.values()):
            child.kill()
            child.wait()
        for server in (self.redis, self.postgres):
            if server and server.process.poll() is None:
                server.process.kill() if server is self.redis else server.crash()
                server.process.wait()
        if not keep:
            shutil.rmtree(self.folder, ignore_errors=True)


def children_of(pid):
    """Return the processes that a process has forked."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += [int(number) for number in task.read_text().split()]
    return found
