"""One upgrade at a time: a second one waits for the first and finds its work done."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, text

from booking.kit.advisory_locks import LockSpace
from booking.kit.clock import WallClock

LOOK_AGAIN = timedelta(seconds=0.2)
LOOKS = 3_000
"""Ten minutes: as long as a statement of a migration may take."""
_LOCK = text("SELECT pg_try_advisory_lock(:space, 0)")
_UNLOCK = text("SELECT pg_advisory_unlock(:space, 0)")


@contextmanager
def alone(connection: Connection) -> Iterator[None]:
    """Keep other upgrades of this database out until the block ends, or this process does."""
    if connection.dialect.name == "postgresql":
        with _alone_on_postgresql(connection):
            yield
        return
    database = connection.engine.url.database
    if not database or database == ":memory:":
        yield
        return
    with Path(f"{database}.upgrading").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _alone_on_postgresql(connection: Connection) -> Iterator[None]:
    # Asked again and again instead of waited for: an index that is made concurrently waits for
    # every statement that runs, so that one which waits for this lock would be waited for.
    for _ in range(LOOKS):
        has_lock = connection.scalar(_LOCK, {"space": int(LockSpace.UPGRADE)})
        connection.commit()
        if has_lock:
            break
        WallClock().sleep(LOOK_AGAIN)
    else:
        raise TimeoutError("another upgrade of this database does not end")
    try:
        yield
    finally:
        # A step that failed left its transaction open.
        connection.rollback()
        connection.execute(_UNLOCK, {"space": int(LockSpace.UPGRADE)})
        connection.commit()
