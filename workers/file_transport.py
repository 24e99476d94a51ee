"""A kombu transport over files, for one machine and nothing but ticks.

Kombu's own shows a file before it is written; a worker that takes it empty ends. It also keeps
tables of exchanges in files, under locks. Ticks need neither: their queue is named in the message,
and nobody is told anything by the broker (no fanout), so this one has messages only.
"""

from datetime import timedelta
from functools import cached_property
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.exceptions import OperationalError
from kombu.transport import TRANSPORT_ALIASES, virtual
from kombu.utils.json import dumps

from booking.kit.clock import WallClock
from workers.spool import Spool
from workers.tick_file import read_tick

SCHEME = "spool"


class Channel(virtual.Channel):
    """A channel whose queues are files of one folder."""

    # A tick that was not done is worth nothing: the next one does its work.
    do_restore = False

    @cached_property
    def spool(self) -> Spool:
        """The folder, and how long a message stays in it."""
        client: Any = self.connection.client
        options = client.transport_options
        return Spool(Path(options["folder"]), keep=timedelta(seconds=options["keep_s"]))

    @cached_property
    def clock(self) -> WallClock:
        """The machine's clock."""
        return WallClock()

    def _put(self, queue: str, message: dict[str, Any], **_: Any) -> None:
        try:
            self.spool.put(queue, dumps(message).encode())
        except OSError as full:
            raise OperationalError(f"the broker's folder: {full.strerror}") from full

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        now = self.clock.now()
        message = self.spool.take(queue, lambda content: read_tick(content, now))
        if message is None:
            raise Empty
        return message

    def _restore(self, message: Any) -> None:
        """Forget a tick that is given back."""

    def _size(self, queue: str) -> int:
        return self.spool.size(queue)

    def _purge(self, queue: str) -> int:
        return self.spool.purge(queue)


class Transport(virtual.Transport):
    """A transport of such channels."""

    Channel = Channel
    driver_type = SCHEME
    driver_name = SCHEME

    def driver_version(self) -> str:
        """Return nothing: there is no driver."""
        return "N/A"


def use_for_files() -> None:
    """Have kombu find this transport behind spool:// addresses."""
    TRANSPORT_ALIASES[SCHEME] = f"{__name__}:{Transport.__name__}"
