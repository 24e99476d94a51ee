"""Puts files into the broker's folders that no broker would: empty, torn, foreign, odd."""

import json
import random
import time
from contextlib import suppress

PAUSE_S = 2.0
ENDS = (".celery.msg", ".celery.msg", ".celery.msg", ".part", ".celery.msg.part", ".msg", "")


class Poisoner:
    """Leaves a few such files every other second."""

    def __init__(self, folder, seed):
        self.counts = {}
        self._folder = folder / "broker"
        self._chance = random.Random(f"{seed} poison")
        self._next = time.monotonic()
        self._number = 0

    def tend(self):
        """Leave some, if it is time to."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + PAUSE_S * self._chance.uniform(0.3, 1.7)
        for _ in range(self._chance.choice((1, 1, 2, 5))):
            kinds = (_empty, _torn, _noise, _foreign, _huge, _folder, _loose_end)
            kind = self._chance.choice(kinds)
            # The disk may be full, and the folder not there yet.
            with suppress(OSError):
                kind(self._path(), self)
                name = kind.__name__.strip("_").replace("_", " ")
                self.counts[name] = self.counts.get(name, 0) + 1

    def some_message(self):
        """Return what some message of the broker's holds, if one lies there."""
        for path in (self._folder / "queue").glob("*.msg"):
            with suppress(OSError):
                return path.read_bytes()
        return b'{"body": "W1tdLCB7fSwge31d", "headers": {"task": "workers.tasks.run_job"}}'

    def bytes(self, count):
        return self._chance.randbytes(count)

    def cut(self, content):
        return content[: self._chance.randrange(1, max(2, len(content)))]

    def _path(self):
        self._number += 1
        place = self._chance.choice(("queue", "queue", "queue", "queue", "set-aside", "control"))
        first = self._chance.choice((0, 1, 0xFFFFFFFF))
        name = f"{first:08x}-0000-7000-8000-{self._number:012x}{self._chance.choice(ENDS)}"
        return self._folder / place / name


def _empty(path, _poisoner):
    path.touch()


def _torn(path, poisoner):
    path.write_bytes(poisoner.cut(poisoner.some_message()))


def _noise(path, poisoner):
    path.write_bytes(poisoner.bytes(300))


def _foreign(path, _poisoner):
    path.write_text(json.dumps([{"body": None, "headers": 7, "properties": "none"}]))


def _huge(path, poisoner):
    path.write_bytes(poisoner.bytes(1 << 20))


def _folder(path, _poisoner):
    path.mkdir()


def _loose_end(path, _poisoner):
    path.symlink_to("/nowhere")
