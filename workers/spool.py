"""A folder of messages, each a file that is there whole or not at all.

Whoever writes gives a file its name when it is complete; whoever reads owns what it could delete.
So there are no locks, and nothing is left behind but files, of which none stays for long.
"""

import os
import stat
import time
from collections import deque
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import structlog

from booking.kit.clock import Clock, WallClock
from booking.kit.ids import new_id
from workers.set_aside import SetAside

T = TypeVar("T")

ENDING = ".msg"
UNFINISHED = ".part"
LARGEST = 256 * 1024
"""In bytes; a tick has 2,000."""
SWEEP_EVERY_S = 30.0

log = structlog.get_logger()


class Unreadable(ValueError):
    """A file that is no message; its words say why."""


class Spool:
    """The messages of some queues in one folder, and beside it what could not be read.

    What is older than `keep` is deleted unread. Raises OSError where a message cannot be put
    down; a reader meets nothing but an empty folder.
    """

    def __init__(self, folder: Path, *, keep: timedelta, clock: Clock | None = None) -> None:
        self._folder = folder
        self._keep_s = keep.total_seconds()
        self._clock = clock or WallClock()
        self._aside = SetAside(folder.parent / "set-aside", self._clock)
        self._seen: dict[str, deque[str]] = {}
        self._sweep_at = 0.0
        self._trouble = ""

    def put(self, queue: str, content: bytes) -> None:
        """Add a message; the disk may be full, and then nothing of it stays."""
        if time.monotonic() >= self._sweep_at:
            # Nobody may be reading, for days.
            self._look()
            self._aside.tidy()
        name = str(new_id())
        unfinished = self._folder / f".{name}{UNFINISHED}"
        try:
            _write(unfinished, content)
        except (FileNotFoundError, NotADirectoryError):
            self._make_folder()
            _write(unfinished, content)
        try:
            unfinished.replace(self._folder / f"{name}.{queue}{ENDING}")
        except OSError:
            _forget(unfinished)
            raise

    def take(self, queue: str, read: Callable[[bytes], T | None]) -> T | None:
        """Return the oldest message that `read` can read, or None; no other reader gets it.

        What `read` calls None is deleted, what it calls Unreadable is set aside.
        """
        for name in self._waiting(queue):
            path = self._folder / name
            try:
                message = read(_content(path))
            except FileNotFoundError:
                continue
            except (OSError, Unreadable) as error:
                self._aside.put(path, str(error))
                continue
            try:
                path.unlink()
            except FileNotFoundError:
                # Another reader was faster.
                continue
            except OSError as error:
                # What stays would be taken again and again.
                self._tell(error)
                return None
            self._trouble = ""
            if message is not None:
                return message
        return None

    def size(self, queue: str) -> int:
        """Return how many messages a queue has."""
        return len(self._look().get(queue, ()))

    def purge(self, queue: str) -> int:
        """Delete the messages of a queue; returns how many."""
        return sum(_forget(self._folder / name) for name in self._look().pop(queue, ()))

    def _waiting(self, queue: str) -> Iterator[str]:
        """Yield the names of a queue's messages, the oldest first.

        The folder is read once for all that are in it, not once for each.
        """
        for looks_again in (False, True):
            names = (self._look() if looks_again else self._seen).get(queue)
            while names:
                yield names.popleft()

    def _look(self) -> dict[str, deque[str]]:
        """Read the folder, and delete what is past its time."""
        self._sweep_at = time.monotonic() + SWEEP_EVERY_S
        found: dict[str, list[str]] = {}
        now = self._clock.now().timestamp()
        try:
            with os.scandir(self._folder) as entries:
                for entry in entries:
                    self._sort(entry, now, found)
        except FileNotFoundError:
            # The next who writes makes it.
            pass
        except OSError as error:
            self._tell(error)
        self._seen = {queue: deque(sorted(names)) for queue, names in found.items()}
        return self._seen

    def _sort(self, entry: "os.DirEntry[str]", now: float, found: dict[str, list[str]]) -> None:
        if self._aside.is_stuck(entry.name):
            return
        try:
            about = entry.stat(follow_symlinks=False)
        except OSError:
            return
        # A file of the future is one of before the clock was set back.
        if abs(now - about.st_mtime) > self._keep_s:
            path = self._folder / entry.name
            if not (stat.S_ISREG(about.st_mode) and _forget(path)):
                self._aside.put(path, "it is no message, and old")
            return
        _, _, rest = entry.name.partition(".")
        if rest.endswith(ENDING):
            found.setdefault(rest.removesuffix(ENDING), []).append(entry.name)

    def _make_folder(self) -> None:
        for folder in (self._folder.parent, self._folder):
            if os.path.lexists(folder) and not folder.is_dir():
                folder.replace(folder.with_name(folder.name + ".set-aside"))
        self._folder.mkdir(parents=True, exist_ok=True)

    def _tell(self, error: OSError) -> None:
        """Say what is wrong with the folder, once until it is well again."""
        reason = error.strerror or type(error).__name__
        if reason != self._trouble:
            log.error("the broker's folder cannot be used", reason=reason)
        self._trouble = reason


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    except OSError:
        _forget(path)
        raise


def _content(path: Path) -> bytes:
    """Return what a file holds; raises OSError, or Unreadable for what is no file of ours.

    A pipe in its place would be waited for, and a link could lead anywhere.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        is_file = stat.S_ISREG(os.fstat(descriptor).st_mode)
        content = os.read(descriptor, LARGEST + 1) if is_file else b""
    finally:
        os.close(descriptor)
    if not is_file:
        raise Unreadable("it is no file")
    if len(content) > LARGEST:
        raise Unreadable("it is too large")
    return content


def _forget(path: Path) -> bool:
    """Delete a file; whether it was there and is gone."""
    try:
        path.unlink()
    except OSError:
        return False
    return True
