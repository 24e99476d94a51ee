"""The file in DATA_DIR that tells the site which processes were given up, one name a line."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

NAME = "processes-down"
"""As booking.web.health reads it."""


class DownFile:
    """Writes the names where they change, in one step; on a full disk it tries again next time."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._told: list[str] | None = None

    def tell(self, names: Iterable[str]) -> None:
        """Have the file hold these names; without any there is no file."""
        wanted = sorted(names)
        if wanted == self._told:
            return
        with suppress(OSError):
            if wanted:
                self._write("".join(f"{name}\n" for name in wanted))
            else:
                self._path.unlink(missing_ok=True)
            self._told = wanted

    def _write(self, text: str) -> None:
        unfinished = self._path.with_name(NAME + ".part")
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        unfinished.replace(self._path)
