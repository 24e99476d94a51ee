"""PostgreSQL and Redis for the bench: the same search that the tests use."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.servers.keeper import SharedServers
from tests.servers.postgres import create_database, drop_database
from tests.servers.redis import claim_database, release_database


@dataclass(frozen=True)
class Servers:
    """Where databases may be made and ticks may be carried; `notes` say how they were found."""

    postgres: str
    redis: str
    notes: tuple[str, ...]

    @contextmanager
    def database(self) -> Iterator[str]:
        """Make an empty PostgreSQL database, yield its address, and drop it."""
        name = f"lupine_bench_{secrets.token_hex(6)}"
        url: str = create_database(self.postgres, name)  # type: ignore[no-untyped-call]
        try:
            yield url
        finally:
            drop_database(self.postgres, name)  # type: ignore[no-untyped-call]

    @contextmanager
    def broker(self) -> Iterator[str]:
        """Claim a Redis database nobody uses, yield its address, and empty it."""
        url: str = claim_database(self.redis)  # type: ignore[no-untyped-call]
        try:
            yield url
        finally:
            release_database(url)  # type: ignore[no-untyped-call]


@contextmanager
def found_servers() -> Iterator[Servers]:
    """Find or start both servers; what was started ends with this block."""
    folder = Path(tempfile.mkdtemp(prefix="lupine-bench-servers-"))
    folder.chmod(0o711)  # PostgreSQL runs as another user when this runs as root
    shared = SharedServers(folder, os.getpid())
    try:
        postgres = shared.ask("durable-postgres")  # type: ignore[no-untyped-call]
        redis = shared.ask("redis")  # type: ignore[no-untyped-call]
        notes = shared.notes()  # type: ignore[no-untyped-call]
        yield Servers(postgres, redis, (*notes, _durability(postgres)))
    finally:
        shared.stop()  # type: ignore[no-untyped-call]


def _durability(dsn: str) -> str:
    with psycopg.connect(dsn) as connection:
        kept = {}
        for name in ("server_version", "fsync", "synchronous_commit"):
            row = connection.execute(f"SHOW {name}").fetchone()
            kept[name] = row[0] if row else "?"
    return ", ".join(f"{name} {value}" for name, value in kept.items())
