"""Whether the machine and what it leans on are well: disk, database, Redis, mail server.

Each is tried out, not believed: something is written, somebody is called. That takes its time, so
it is done beside the request, at most every few seconds however many ask, and waited for briefly.
"""

import os
import shutil
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Final, cast

import redis
import structlog
from flask import Flask, current_app
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from booking.clinic.actor import System
from booking.gateways import smtp
from booking.kit.faults import Fault, fault_of
from booking.monitoring import heartbeat
from booking.runtime import Runtime
from booking.web.language import marked

EXTENSION: Final = "lupine.machine"
EVERY: Final = timedelta(seconds=5)
PATIENCE_S: Final = 4.0
CALL_S: Final = 3.0
ROOM: Final = 64 * 2**20
SMALLEST_ROOM: Final = 2**20
ROOM_SHARE: Final = 0.02
"""A disk with less than 64 MB left, or 2 % of a small one, counts as full."""

REDIS_AWAY: Final = "redis_away"
MAIL_AWAY: Final = "mail_away"
DISK_READ_ONLY: Final = "disk_read_only"

SENTENCES: Final[Mapping[str, str]] = {
    Fault.AWAY: marked("The database does not answer."),
    Fault.READ_ONLY: marked("The database can only be read: nothing new is kept."),
    Fault.FULL: marked("The disk is full, or nearly so: soon nothing new is kept."),
    Fault.DISK: marked("The disk fails."),
    Fault.LOCKED: marked("Another program keeps the database locked: nothing new is kept."),
    Fault.CROWDED: marked("The database has more callers than it takes."),
    Fault.SLOW: marked("The database answers too slowly."),
    Fault.DAMAGED: marked("The database is damaged."),
    Fault.SHAPE: marked("The database lacks tables: its upgrade has not run."),
    DISK_READ_ONLY: marked("The folder for our files can only be read."),
    REDIS_AWAY: marked("Redis does not answer. Messages go all the same."),
    MAIL_AWAY: marked("The mail server does not answer. Mails wait, and go when it does."),
}

Probe = Callable[[], str | None]

log = structlog.get_logger("web")


class Machine:
    """What was found when it was last looked; one for each process."""

    def __init__(self, probes: Mapping[str, tuple[Probe, str]]) -> None:
        self._probes = dict(probes)
        self._found: dict[str, str | None] = dict.fromkeys(self._probes)
        self._running: dict[str, threading.Thread] = {}
        self._looked_at: datetime | None = None
        self._lock = threading.Lock()

    def words(self, now: datetime) -> list[str]:
        """Return a word for each thing that is not well, as it is now or was seconds ago."""
        self._look(now)
        until = monotonic() + PATIENCE_S
        for thread in list(self._running.values()):
            thread.join(max(0.0, until - monotonic()))
        late = [word for name, (_, word) in self._probes.items() if self._is_running(name)]
        return list(dict.fromkeys([*late, *(word for word in self._found.values() if word)]))

    def last_words(self, now: datetime) -> list[str]:
        """Return what was found last, and have somebody look anew behind this request."""
        self._look(now)
        return list(dict.fromkeys(word for word in self._found.values() if word))

    def _look(self, now: datetime) -> None:
        with self._lock:
            # A clock that was set back must not keep anybody from looking.
            if self._looked_at is not None and timedelta(0) <= now - self._looked_at < EVERY:
                return
            self._looked_at = now
            for name, (probe, _word) in self._probes.items():
                # One that hangs is not started again: it would only hang twice.
                if not self._is_running(name):
                    thread = threading.Thread(target=self._try, args=(name, probe), daemon=True)
                    self._running[name] = thread
                    thread.start()

    def _try(self, name: str, probe: Probe) -> None:
        before, found = self._found[name], probe()
        self._found[name] = found
        if found != before:
            level = log.error if found else log.warning
            level("machine", part=name, found=found or "well again")

    def _is_running(self, name: str) -> bool:
        thread = self._running.get(name)
        return thread is not None and thread.is_alive()


def install_machine(app: Flask, runtime: Runtime) -> None:
    """Have an app know how the machine is."""
    settings = runtime.settings
    probes: dict[str, tuple[Probe, str]] = {
        "disk": (lambda: _disk(_folders(runtime)), Fault.DISK),
        "database": (lambda: _database(runtime), Fault.SLOW),
        "mail": (lambda: _mail(settings.smtp_url.get_secret_value()), MAIL_AWAY),
    }
    if settings.redis_url:
        address = settings.redis_url
        probes["redis"] = (lambda: _redis(address), REDIS_AWAY)
    app.extensions[EXTENSION] = Machine(probes)


def machine() -> Machine:
    """Return how the machine of the current app is."""
    return cast(Machine, current_app.extensions[EXTENSION])


def _folders(runtime: Runtime) -> list[Path]:
    url = make_url(runtime.settings.database_url)
    own = [Path(url.database).parent] if url.get_backend_name() == "sqlite" and url.database else []
    return [runtime.settings.data_dir, *own]


def _disk(folders: list[Path]) -> str | None:
    for folder in folders:
        # One that is not made yet lies where its nearest parent does.
        above = (folder.absolute(), *folder.absolute().parents)
        there = next(path for path in above if path.exists())
        try:
            room = shutil.disk_usage(there)
        except OSError:
            return Fault.DISK
        if room.free < max(SMALLEST_ROOM, min(ROOM, room.total * ROOM_SHARE)):
            return Fault.FULL
        if not os.access(there, os.W_OK):
            return DISK_READ_ONLY
    return None


def _database(runtime: Runtime) -> str | None:
    try:
        with runtime.unit_of_work(System.MONITORING) as uow:
            heartbeat.write_probe(uow)
    except SQLAlchemyError as error:
        return fault_of(error) or Fault.AWAY
    return None


def _redis(url: str) -> str | None:
    try:
        with redis.Redis.from_url(
            url, socket_timeout=CALL_S, socket_connect_timeout=CALL_S
        ) as server:
            server.ping()
    except redis.RedisError:
        return REDIS_AWAY
    return None


def _mail(url: str) -> str | None:
    return None if smtp.answers(url, CALL_S) else MAIL_AWAY
