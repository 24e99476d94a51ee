"""PostgreSQL and Redis of a run's own, made to be killed and started again on their port."""

import os
import secrets
import signal
import subprocess
import time

import psycopg
import redis

from launch.parent_death import die_with_parent
from launch.ports import LOOPBACK, free_port
from tests.servers import postgres as finding
from tests.servers.machine import unprivileged_account
from tests.servers.redis import find_binary

READY_SECONDS = 60


class Server:
    """A server process that can be killed and started again."""

    def __init__(self, command, log, account=None):
        self._command = command
        self._log = log
        self._account = account
        self.process = None

    def start(self):
        """Start it; it ends with the thread that starts it."""
        switch = {}
        if self._account:
            switch = {"user": self._account.uid, "group": self._account.gid, "extra_groups": []}
        with self._log.open("ab") as output:
            self.process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - nothing between fork and exec
                cwd="/",
                **switch,
            )

    def kill(self, how):
        """Kill it and wait until it is gone."""
        self.process.send_signal(how)
        self.process.wait(READY_SECONDS)

    def wait_until_ready(self):
        """Wait until it answers."""
        until = time.monotonic() + READY_SECONDS
        while not self.answers():
            if time.monotonic() > until:
                raise TimeoutError(f"{self._command[0]} does not answer; see {self._log}")
            time.sleep(0.05)


class Postgres(Server):
    """A cluster whose every commit outlives a crash of the server, with commit times kept."""

    def __init__(self, folder):
        folder.mkdir()
        folder.chmod(0o755)
        account = unprivileged_account()
        binaries = finding.find_binaries()
        if account and not finding._may_run(binaries / "postgres", account):
            binaries = finding._copied(binaries, folder)
        self.port = free_port()
        self._password = secrets.token_hex(16)
        data = _cluster(binaries, folder, self._password, account)
        settings = {
            "listen_addresses": LOOPBACK,
            "port": self.port,
            "unix_socket_directories": "",
            # The machine itself does not crash here: what was written to it is kept.
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "on",
            "track_commit_timestamp": "on",
            "max_connections": 200,
            "timezone": "UTC",
        }
        words = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        command = [str(binaries / "postgres"), "-D", str(data), *words]
        super().__init__(command, folder / "postgres.log", account)

    @property
    def url(self):
        """Its address for SQLAlchemy."""
        return self._dsn().replace("postgresql://", "postgresql+psycopg://", 1)

    def answers(self):
        try:
            with psycopg.connect(self._dsn(), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def crash(self):
        """Stop at once, as after a power cut of the server alone."""
        self.kill(signal.SIGQUIT)

    def _dsn(self):
        return f"postgresql://lupine:{self._password}@{LOOPBACK}:{self.port}/postgres"


class RedisServer(Server):
    """A Redis that keeps nothing over a restart."""

    def __init__(self, folder):
        folder.mkdir()
        self.port = free_port()
        settings = {
            "port": self.port,
            "bind": LOOPBACK,
            "dir": folder,
            "save": "",
            "appendonly": "no",
        }
        words = [word for key, value in settings.items() for word in (f"--{key}", str(value))]
        super().__init__([str(find_binary()), *words], folder / "redis.log")

    @property
    def url(self):
        """Its address."""
        return f"redis://{LOOPBACK}:{self.port}/0"

    def answers(self):
        try:
            with redis.Redis.from_url(self.url, socket_timeout=2) as link:
                return bool(link.ping())
        except redis.RedisError:
            return False

    def crash(self):
        """Kill it; everything queued is gone."""
        self.kill(signal.SIGKILL)


def _cluster(binaries, folder, password, account):
    data, secret = folder / "data", folder / "password"
    data.mkdir()
    secret.write_text(password + "\n")
    if account:
        for path in (data, secret):
            os.chown(path, account.uid, account.gid)
    init = [str(binaries / "initdb"), "--pgdata", str(data), "--username=lupine", "--no-sync"]
    init += ["--auth=password", f"--pwfile={secret}", "--encoding=UTF8", "--locale=C"]
    switch = {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}
    done = subprocess.run(init, capture_output=True, text=True, cwd=data, **switch)
    secret.unlink()
    if done.returncode:
        raise RuntimeError(f"initdb failed: {done.stderr.strip()}")
    return data


def _die_with_parent():
    die_with_parent(signal.SIGINT)
