"""Clients that keep a server waiting: a byte a second of a header or of a body, or nothing."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from threading import Event, Thread

from launch.ports import LOOPBACK

BYTE_EVERY_S = 1.0


class Slow(Enum):
    """What a client dribbles."""

    HEADERS = b"GET /livez HTTP/1.1\r\nHost: clinic\r\nX-Slow: "
    BODIES = (
        b"POST /hooks/twilio/status HTTP/1.1\r\nHost: clinic\r\nContent-Length: 100000\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    )
    NOTHING = b""


class Dribble:
    """Many such clients of one server; each that is hung up on comes again at once."""

    def __init__(self, port: int, what: Slow, count: int) -> None:
        self._port = port
        self._what = what
        self._count = count
        self._sockets: list[socket.socket] = []
        self._stop = Event()

    def run(self) -> None:
        """Dribble until told to stop."""
        while not self._stop.wait(BYTE_EVERY_S):
            self._sockets = [one for one in self._sockets if self._is_open(one)]
            self.fill()

    def fill(self) -> None:
        """Open the connections that are missing."""
        while len(self._sockets) < self._count:
            one = socket.create_connection((LOOPBACK, self._port), timeout=5)
            one.settimeout(0)
            one.send(self._what.value)
            self._sockets.append(one)

    def stop(self) -> None:
        """Hang up everywhere."""
        self._stop.set()
        for one in self._sockets:
            one.close()

    def _is_open(self, one: socket.socket) -> bool:
        try:
            if self._what is not Slow.NOTHING:
                one.send(b"x")
            with suppress(BlockingIOError):
                if not one.recv(4096):
                    one.close()
                    return False
        except OSError:
            one.close()
            return False
        return True


@contextmanager
def dribbling(port: int, what: Slow, count: int) -> Iterator[Dribble]:
    """Keep so many slow clients at a server while the block lasts."""
    crowd = Dribble(port, what, count)
    crowd.fill()
    thread = Thread(target=crowd.run, daemon=True)
    thread.start()
    time.sleep(2 * BYTE_EVERY_S)
    try:
        yield crowd
    finally:
        crowd.stop()
        thread.join()
