"""Files that could not be read: kept for a while for whoever wonders, out of everybody's way."""

import os
import shutil
from datetime import timedelta
from pathlib import Path

import structlog

from booking.kit.clock import Clock
from booking.kit.ids import new_id

MOST = 20
KEEP = timedelta(days=7)
LONGEST_NAME = 100

log = structlog.get_logger()


class SetAside:
    """A folder of such files: the newest few, and none for ever."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._stuck: set[str] = set()

    def put(self, path: Path, reason: str) -> None:
        """Move a file here and say so once; what can neither be moved nor deleted is passed over.

        Another reader may have been faster, which is just as well.
        """
        try:
            self._move(path)
        except FileNotFoundError:
            return
        except OSError:
            if not _delete(path):
                self._stuck.add(path.name)
        # The name may hold bytes that are no letters.
        log.warning("a file of the broker was set aside", file=ascii(path.name), reason=reason)
        self.tidy()

    def is_stuck(self, name: str) -> bool:
        """Whether a file of this name was told of and could not be moved."""
        return name in self._stuck

    def _move(self, path: Path) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        # By a name that sorts by when it came, and is never taken.
        path.replace(self._folder / f"{new_id()}.{path.name.lstrip('.')[:LONGEST_NAME]}")

    def tidy(self) -> None:
        """Delete what is past its time, and the oldest of too many."""
        try:
            kept = sorted(self._folder.iterdir())
        except OSError:
            return
        oldest = self._clock.now() - KEEP
        for number, path in enumerate(reversed(kept)):
            if number >= MOST or _is_older(path, oldest.timestamp()):
                _delete(path)


def _is_older(path: Path, instant: float) -> bool:
    try:
        return path.lstat().st_mtime < instant
    except OSError:
        return False


def _delete(path: Path) -> bool:
    """Delete whatever it is; whether it is gone."""
    try:
        path.unlink()
    except OSError:
        shutil.rmtree(path, ignore_errors=True)
    return not os.path.lexists(path)
