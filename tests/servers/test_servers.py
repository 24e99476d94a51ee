import os
import subprocess
import sys
import time

import psycopg
import pytest
import redis

from tests.servers import chromium, machine, proxies
from tests.servers.keeper import SharedServers
from tests.servers.machine import PROJECT, ServerMissing
from tests.servers.postgres import create_database
from tests.servers.proxies import NAMES
from tests.servers.redis import claim_database, release_database


def _query(url, statement):
    plain = url.replace("+psycopg", "")
    with psycopg.connect(plain, autocommit=True) as connection:
        return connection.execute(statement).fetchone()[0]


@pytest.mark.postgres
def test_postgres_databases_are_empty_and_apart(postgres_databases):
    first, second = postgres_databases(), postgres_databases()

    with psycopg.connect(first.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE noted (id int)")

    tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    assert _query(first, tables) == 1
    assert _query(second, tables) == 0


@pytest.mark.redis
def test_redis_databases_are_empty_and_apart(redis_databases):
    first, second = redis_databases(), redis_databases()

    with redis.Redis.from_url(first) as one, redis.Redis.from_url(second) as other:
        one.set("noted", 1)

        assert first != second
        assert other.dbsize() == 0


@pytest.mark.redis
def test_a_redis_database_that_others_use_is_left_alone(redis_url):
    server, _, _ = redis_url.rpartition("/")
    used = claim_database(server)
    release_database(used)
    with redis.Redis.from_url(used) as others:
        others.set("theirs", 1)

        mine = claim_database(server)
        release_database(mine)

        assert mine != used
        assert others.get("theirs") == b"1"
        others.delete("theirs")


@pytest.mark.browser
def test_the_chromium_found_is_a_program_that_runs(chromium_path):
    said = subprocess.run([chromium_path, "--version"], capture_output=True, text=True)

    assert "Chrom" in said.stdout


@pytest.mark.postgres
def test_a_private_server_ends_when_the_test_run_is_killed(tmp_path, monkeypatch):
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    run = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    tmp_path.chmod(0o755)
    folder = tmp_path / "run"
    folder.mkdir()
    servers = SharedServers(folder, run.pid)
    for parent in (folder, *folder.parents):
        if parent.owner() == folder.owner():
            # Nothing is taken away: as root, the folders above are everybody's.
            parent.chmod(parent.stat().st_mode | 0o055)

    url = create_database(servers.ask("postgres"), "kept")
    alive = _query(url, "SELECT 1")
    run.kill()
    run.wait()

    until = time.monotonic() + 15
    while folder.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert alive == 1
    assert not folder.exists()
    with pytest.raises(psycopg.OperationalError):
        _query(url, "SELECT 1")


def test_a_missing_browser_is_reported_with_the_way_to_get_one(monkeypatch, tmp_path):
    monkeypatch.delenv("TEST_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "FOLDERS", ())
    monkeypatch.setattr(chromium, "apt_install", lambda *_: False)

    with pytest.raises(ServerMissing, match="install chromium"):
        chromium.find_chromium()


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_proxy_is_reported_with_the_way_to_get_one(monkeypatch, tmp_path, name):
    monkeypatch.delenv(f"TEST_{name.upper()}", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(proxies, "FOLDERS", ())
    monkeypatch.setattr(proxies, "apt_install", lambda *_: False)

    with pytest.raises(ServerMissing, match=f"install {name}"):
        proxies.find_proxy(name)


def test_a_run_in_ci_fails_where_a_server_is_missing(tmp_path):
    script = tmp_path / "test_needs.py"
    script.write_text("def test_needs(postgres_url): pass\n")
    environment = {
        **os.environ,
        "TEST_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "CI": "true",
    }

    said = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-c",
            PROJECT / "pyproject.toml",
            "--rootdir",
            PROJECT,
            script,
        ],
        env=environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )

    assert said.returncode == 1
    assert "TEST_DATABASE_URL does not serve" in said.stdout


def test_only_root_installs_packages(monkeypatch):
    monkeypatch.setattr(machine, "is_root", lambda: False)

    assert machine.apt_install("anything") is False
