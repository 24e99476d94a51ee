"""A small disk for DATA_DIR, that is full every now and then."""

import os
import random
import subprocess
import time
from contextlib import suppress

PIECE = 1 << 20
FULL_S = (3.0, 8.0)


class SmallDisk:
    """A tmpfs of its own where this user may mount one; else the folder as it is, never full."""

    def __init__(self, folder, megabytes, seed, every_s):
        self.folder = folder
        self.is_full = False
        self.full = []
        """From when until when it was full; monotonic seconds."""
        self._every_s = every_s
        self._chance = random.Random(f"{seed} disk")
        self._next = time.monotonic() + self._pause()
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0711", "lupine", folder]
        self.is_mounted = os.geteuid() == 0 and not _run(command)

    def tend(self):
        """Fill it or make room, if it is time to."""
        if self.is_mounted and time.monotonic() >= self._next:
            if self.is_full:
                self.make_room()
            else:
                self._fill()

    def make_room(self):
        """Have room again, for a while."""
        if self.is_full:
            self._filling.unlink(missing_ok=True)
            self.is_full = False
            self.full[-1] = (self.full[-1][0], time.monotonic())
        self._next = time.monotonic() + self._pause()

    def remove(self):
        """Take it away with all that is on it."""
        if self.is_mounted:
            _run(["umount", "--lazy", self.folder])

    @property
    def _filling(self):
        return self.folder / "filling"

    def _fill(self):
        self.is_full = True
        self.full.append((time.monotonic(), float("inf")))
        self._next = time.monotonic() + self._chance.uniform(*FULL_S)
        with suppress(OSError), self._filling.open("wb", buffering=0) as file:
            piece = bytes(PIECE)
            while file.write(piece):
                pass

    def _pause(self):
        return self._every_s * self._chance.uniform(0.7, 1.3)


def _run(command):
    return subprocess.run(command, capture_output=True).returncode
