"""Connections and transactions, right for SQLite and for PostgreSQL."""

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.orm import Session, sessionmaker

from booking.kit.base import Base

BUSY_TIMEOUT_MS = 5_000
STATEMENT_TIMEOUT_MS = 15_000
CONNECT_TIMEOUT_S = 5
POOL_TIMEOUT_S = 5
"""How long a request waits for a connection of its process before it is told to come again."""
STUCK_AFTER_S = 3.0
"""Whoever waits longer to write to SQLite waits for a process that stands still: none joins it.

Else every thread of a process would soon wait for the same thing, and nobody be left to answer
those who only read.
"""
LOOKS_EVERY_S = 0.25
SILENCE_MS = 15_000
"""How long a server that has dropped off the network is waited for."""

db = SQLAlchemy(model_class=Base)
"""The site's database; the workers open their own engine with `open_engine`."""


class Database:
    """Opens the transactions of one process."""

    def __init__(self, new_session: Callable[[], Session]) -> None:
        self._new_session = new_session
        self._writer = OneWriter()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a transaction that writes; it commits when the block ends well.

        On SQLite it begins IMMEDIATE, so that what it reads cannot change before it writes.
        """
        session = self._new_session()
        sqlite = session.get_bind().dialect.name == "sqlite"
        with self._writer.alone() if sqlite else nullcontext(), session:
            session.connection(execution_options={"writes": True})
            self._writer.has_begun()
            yield session
            session.commit()

    @contextmanager
    def read_only(self) -> Iterator[Session]:
        """Open a transaction that only reads; nothing done in it is kept."""
        with self._new_session() as session:
            yield session
            session.rollback()


class OneWriter:
    """Lets this process's writers to SQLite wait for each other here, not in SQLite.

    SQLite's own waiting is sleeping and looking again, which leaves the database idle most
    of the time: the last of 50 who want one slot waited 4.2 s that way, close to its
    time-out, and waits 0.8 s so. Writers of other processes still wait inside it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked_at = math.inf

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep this process's other writers out; raises SQLAlchemy's TimeoutError in vain."""
        until = time.monotonic() + STATEMENT_TIMEOUT_MS / 1_000
        while not self._lock.acquire(timeout=LOOKS_EVERY_S):
            now = time.monotonic()
            if now > until or now - self._asked_at > STUCK_AFTER_S:
                raise NoneFree
        self._asked_at = time.monotonic()
        try:
            yield
        finally:
            self._asked_at = math.inf
            self._lock.release()

    def has_begun(self) -> None:
        """Note that SQLite has let this process write: whoever waits now waits for it alone."""
        self._asked_at = math.inf


def engine_options(url: str) -> dict[str, Any]:
    """Return the options every engine of this address needs."""
    # An error of the database must not carry names, numbers or answers into a log.
    quiet = {"hide_parameters": True}
    if make_url(url).get_backend_name() == "sqlite":
        return {**quiet, "connect_args": {"timeout": BUSY_TIMEOUT_MS / 1_000}}
    return {
        **quiet,
        "pool_pre_ping": True,
        "pool_size": 10,
        "pool_timeout": POOL_TIMEOUT_S,
        "connect_args": {
            "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c timezone=UTC",
            "connect_timeout": CONNECT_TIMEOUT_S,
            "keepalives_idle": 5,
            "keepalives_interval": 5,
            "keepalives_count": 2,
            "tcp_user_timeout": SILENCE_MS,
        },
    }


def prepare(engine: Engine) -> Engine:
    """Attach what SQLite needs to be safe under concurrency; PostgreSQL needs nothing."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin)
    return engine


def open_engine(url: str) -> Engine:
    """Return an engine for a process that has no Flask application."""
    return prepare(create_engine(url, **engine_options(url)))


def open_database(engine: Engine) -> Database:
    """Return the transactions of an engine."""
    return Database(sessionmaker(engine, expire_on_commit=False))


def _set_pragmas(connection: Any, _record: object) -> None:
    # The driver must not open transactions by itself: _begin says which kind.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
