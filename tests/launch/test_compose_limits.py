"""What no service of docker-compose.yml may do, and who gets into Redis."""

import re
import secrets
import subprocess
import time
from pathlib import Path

import pytest
import redis

from launch.ports import free_port
from tests.servers.redis import find_binary

EVERY = ("web", "worker", "loop", "beat", "migrate", "postgres", "redis", "backup")


@pytest.mark.parametrize("name", EVERY)
def test_no_service_can_take_the_whole_machine_or_more_rights(compose, name):
    service = compose["services"][name]

    assert {"mem_limit", "cpus", "pids_limit"} <= set(service)
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    for scratch in service["tmpfs"]:
        assert {"size", "noexec", "nosuid"} <= set(re.findall(r"[:,](\w+)", scratch)), scratch


def test_no_service_is_left_out_of_that(compose):
    assert set(compose["services"]) == set(EVERY)


@pytest.fixture
def private_redis(compose, tmp_path, request):
    """Redis as the compose file starts it, on a port of its own; returns port and password."""
    request.getfixturevalue("redis_databases")  # whatever has Redis here has its program
    service = compose["services"]["redis"]
    port, password = free_port(), secrets.token_hex(24)
    (tmp_path / "redis_password").write_text(password + "\n")
    (shell, flag, script), (_, *flags) = service["entrypoint"], service["command"]
    script = script.replace("$$", "$").replace("/run/secrets", str(tmp_path))
    script = script.replace("/tmp/redis.conf", f"{tmp_path}/redis.conf")
    script = script.replace("redis-server", str(find_binary()))
    own = ["--port", str(port), "--dir", str(tmp_path), "--bind", "127.0.0.1"]
    process = subprocess.Popen([shell, flag, script, "redis-server", *flags, *own])
    yield port, password, process
    process.terminate()
    process.wait(10)


@pytest.mark.redis
def test_redis_takes_nobody_without_the_password_and_ends_when_told_to(private_redis):
    port, password, process = private_redis
    until = time.monotonic() + 10
    with redis.Redis(port=port, password=password) as known, redis.Redis(port=port) as stranger:
        while True:
            try:
                assert known.ping()
                break
            except redis.ConnectionError:
                assert time.monotonic() < until
                time.sleep(0.05)
        with pytest.raises(redis.AuthenticationError):
            stranger.ping()
        assert known.config_get("appendonly") == {"appendonly": "yes"}
    command = Path("/proc", str(process.pid), "cmdline").read_bytes()
    assert password.encode() not in command
    assert b"redis-server" in command, "the shell has made way, so that it is told of a stop"
