"""The log of a child: bounded, and read through the file that the child itself writes.

Both hold the same open file. So a log that somebody deletes is still shown and still bounded; its
name is back at the child's next start.
"""

from __future__ import annotations

import os
import weakref
from contextlib import suppress
from pathlib import Path

LARGEST_LOG = 5_000_000
MOST_AT_ONCE = 200_000
"""Bytes shown of one look: a child in a loop writes more than anybody reads."""
_END = 64_000


class LogFile:
    """An open log that children append to; nothing about it raises, whatever the disk does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = _open(path)
        # Children are many over the weeks; whoever forgets one must not run out of files.
        self.close = weakref.finalize(self, os.close, self._descriptor)
        self._shown = self._size()
        self._began = self._shown

    def fileno(self) -> int:
        """Return the open file, for a child to write to."""
        return self._descriptor

    def new_lines(self, *, to_the_end: bool) -> list[str]:
        """Return what was written since the last call: whole lines, or to the very end."""
        size = self._size()
        if size < self._shown:  # somebody cut it
            self._shown = self._began = 0
        left_out = max(0, size - self._shown - MOST_AT_ONCE)
        new = self._read(self._shown + left_out, MOST_AT_ONCE)
        if not to_the_end:
            new = new[: new.rfind(b"\n") + 1] or (new if len(new) == MOST_AT_ONCE else b"")
        self._shown += left_out + len(new)
        lines = new.decode(errors="replace").splitlines()
        # What was left out ends in the midst of a line.
        return [f"({left_out:,} bytes are left out here)", *lines[1:]] if left_out else lines

    def last_lines(self, count: int) -> list[str]:
        """Return the end of what was written since it was opened."""
        start = max(self._began, self._size() - _END)
        return self._read(start, _END).decode(errors="replace").splitlines()[-count:]

    def keep_bounded(self) -> None:
        """Set the content of an overgrown log aside and begin anew, in the same file.

        Children append, so they go on at the new end. Where there is no room for the copy, the
        content goes.
        """
        if self._size() <= LARGEST_LOG:
            return
        set_aside = self.path.with_suffix(".log.1")
        with suppress(OSError):
            # Its last part only: a child in a loop may write much between two looks.
            start = max(0, self._size() - LARGEST_LOG)
            set_aside.unlink(missing_ok=True)
            kept = os.open(set_aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(kept, "wb") as copy:
                copy.write(self._read(start, LARGEST_LOG))
        with suppress(OSError):
            os.ftruncate(self._descriptor, 0)
            self._shown = self._began = 0

    def _size(self) -> int:
        with suppress(OSError):
            return os.fstat(self._descriptor).st_size
        return 0

    def _read(self, start: int, most: int) -> bytes:
        with suppress(OSError):
            return os.pread(self._descriptor, most, start)
        return b""


def _open(path: Path) -> int:
    """Open a log to read and to append; where the disk allows none, what is written is lost."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    except OSError:
        return os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
