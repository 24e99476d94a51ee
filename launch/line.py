"""A client's end of the line, on which no thread waits for the client to read."""

from __future__ import annotations

import socket
from typing import Any

PIECE = 256 * 1024


class Line(socket.socket):
    """A socket that keeps what the client does not take at once, for the loop to send on."""

    def __init__(self, accepted: socket.socket) -> None:
        super().__init__(fileno=accepted.detach())
        self._rest = bytearray()

    @property
    def kept(self) -> int:
        """How many bytes of an answer wait for the client to read."""
        return len(self._rest)

    def sendall(self, data: bytes, flags: int = 0) -> None:  # type: ignore[override]
        """Send what the line takes at once, and keep the rest."""
        sent = 0 if self._rest else self._taken(data, flags)
        self._rest += memoryview(data)[sent:]

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        """Send a file as everything else is sent."""
        file.seek(offset)
        data: bytes = file.read(-1 if count is None else count)
        self.sendall(data)
        return len(data)

    def send_on(self) -> bool:
        """Send more of what was kept; return whether all of it has gone."""
        if self._rest:
            del self._rest[: self._taken(memoryview(self._rest)[:PIECE].tobytes())]
        return not self._rest

    def _taken(self, data: bytes, flags: int = 0) -> int:
        try:
            return self.send(data, flags | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return 0
