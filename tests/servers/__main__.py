"""`python -m tests.servers prepare` installs what the tests need, `up` starts it by hand."""

import os
import signal
import sys
import tempfile
from pathlib import Path

from tests.servers import chromium, postgres, proxies, redis
from tests.servers.keeper import SharedServers, keep
from tests.servers.machine import ServerMissing, announce

USAGE = "usage: python -m tests.servers prepare | up"


def prepare():
    """Say where each server of the tests will come from, installing what is missing.

    Returns the exit status: not 0 where something can not be had.
    """
    missing = 0
    for name, variable, find in (
        ("PostgreSQL", "TEST_DATABASE_URL", postgres.find_binaries),
        ("Redis", "TEST_REDIS_URL", redis.find_binary),
        ("Chromium", "TEST_CHROMIUM", chromium.find_chromium),
        ("nginx", "TEST_NGINX", lambda: proxies.find_proxy("nginx")),
        ("Caddy", "TEST_CADDY", lambda: proxies.find_proxy("caddy")),
    ):
        if os.environ.get(variable):
            announce(f"{name} is named by {variable}")
            continue
        try:
            announce(f"{name} here: {find()}")
        except ServerMissing as reason:
            missing += 1
            announce(f"{name}: {reason}")
    return 1 if missing else 0


def up():
    """Start the servers, print their addresses as exports, and stay until Ctrl-C."""
    folder = Path(tempfile.mkdtemp(prefix="lupine-tests-"))
    folder.chmod(0o711)
    servers = SharedServers(folder, os.getpid())
    try:
        print(f"export TEST_DATABASE_URL={servers.ask('postgres')}")
        print(f"export TEST_REDIS_URL={servers.ask('redis')}", flush=True)
        for line in servers.notes():
            announce(line)
        announce("Ctrl-C stops them")
        signal.sigwait({signal.SIGINT, signal.SIGTERM})
    finally:
        servers.stop()
    return 0


def main(arguments):
    """Carry out one command and return the exit status."""
    match arguments:
        case ["prepare"]:
            return prepare()
        case ["up"]:
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
            return up()
        case ["keep", kind, folder, owner]:
            return keep(kind, Path(folder), int(owner)) or 0
        case _:
            print(USAGE, file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
