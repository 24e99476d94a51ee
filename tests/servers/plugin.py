"""The fixtures of tests/servers: postgres_url, redis_url, chromium_path and their factories.

A server is looked for when the first test asks for it. Under pytest-xdist all workers share it
and each has databases of its own. Where none can be had the test is skipped with the way to get
one; with CI or REQUIRE_SERVERS set it fails instead.
"""

import os
import secrets
import tempfile
from pathlib import Path

import pytest

from tests.servers.chromium import find_chromium
from tests.servers.keeper import SharedServers
from tests.servers.machine import CACHE, ServerMissing, locked
from tests.servers.postgres import create_database, drop_database
from tests.servers.proxies import find_proxy
from tests.servers.redis import claim_database, release_database

SHARED = pytest.StashKey()


def pytest_configure(config):
    told = getattr(config, "workerinput", {}).get("shared_servers")
    if told:
        folder, owner = Path(told[0]), told[1]
    else:
        folder, owner = Path(tempfile.mkdtemp(prefix="lupine-tests-")), os.getpid()
        folder.chmod(0o711)  # PostgreSQL runs as another user when the tests run as root
    config.stash[SHARED] = SharedServers(folder, owner)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    shared = node.config.stash[SHARED]
    node.workerinput["shared_servers"] = [str(shared.folder), shared.owner]


def pytest_terminal_summary(terminalreporter, config):
    for note in config.stash[SHARED].notes():
        terminalreporter.write_line(f"test server: {note}")


def pytest_unconfigure(config):
    if not hasattr(config, "workerinput") and SHARED in config.stash:
        config.stash[SHARED].stop()


@pytest.fixture(scope="session")
def postgres_databases(pytestconfig):
    """A function that creates an empty PostgreSQL database and returns its SQLAlchemy URL."""
    dsn = _server(pytestconfig, "postgres")
    names = []

    def create():
        names.append(f"lupine_test_{secrets.token_hex(6)}")
        return create_database(dsn, names[-1])

    yield create
    for name in names:
        drop_database(dsn, name)


@pytest.fixture(scope="session")
def postgres_url(postgres_databases):
    """The URL of an empty PostgreSQL database of this test process."""
    return postgres_databases()


@pytest.fixture(scope="session")
def redis_databases(pytestconfig):
    """A function that returns the URL of an empty Redis database nobody else uses."""
    server = _server(pytestconfig, "redis")
    claimed = []

    def claim():
        claimed.append(claim_database(server))
        return claimed[-1]

    yield claim
    for url in claimed:
        release_database(url)


@pytest.fixture(scope="session")
def redis_url(redis_databases):
    """The URL of an empty Redis database of this test process."""
    return redis_databases()


@pytest.fixture(scope="session")
def chromium_path():
    """The path of a Chromium; installed first where the tests may."""
    with locked(CACHE / "chromium.lock"):
        return _had(find_chromium)


@pytest.fixture(scope="session")
def proxy_path():
    """A function from the name of a reverse proxy to its path; installed first where tests may."""

    def find(name):
        with locked(CACHE / f"{name}.lock"):
            return _had(lambda: find_proxy(name))

    return find


def _server(config, kind):
    return _had(lambda: config.stash[SHARED].ask(kind))


def _had(find):
    try:
        return find()
    except ServerMissing as missing:
        reason = str(missing)
    if os.environ.get("CI") or os.environ.get("REQUIRE_SERVERS"):
        pytest.fail(reason)
    pytest.skip(reason)
