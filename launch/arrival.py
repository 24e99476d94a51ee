"""One HTTP request on its way in: when the whole of it is there, and what is refused before.

This reads only where a request ends. What it says is for the server's parser, which is strict;
where the two could differ, this one refuses.
"""

from __future__ import annotations

import re

LARGEST_HEAD = 32 * 1024
LARGEST_BODY = 512 * 1024
"""Above what any form may have, so that the site itself can say kindly that one was too large."""

_HEAD_ENDS = b"\r\n\r\n"
_FRAMING = re.compile(
    rb"\r\n(content-length|transfer-encoding|expect)[ \t]*:[ \t]*([^\r\n]*)", re.IGNORECASE
)
_EXPECT = re.compile(rb"\r\nexpect[ \t]*:[^\r\n]*", re.IGNORECASE)
_MOST_DIGITS = 10


class Refused(Exception):
    """The request is answered with this status, and its connection ends."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status} {reason}")

    def answer(self) -> bytes:
        """Return the answer as it goes over the line."""
        line = f"{self}\n".encode()
        return (
            b"HTTP/1.1 %s\r\nConnection: close\r\nContent-Type: text/plain\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (str(self).encode(), len(line), line)
        )


class Arrival:
    """The bytes of a request that have arrived so far."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._whole: int | None = None
        self.wants_a_word = False
        """Whether the client waits for "100 Continue" before it sends the body."""

    @property
    def has_begun(self) -> bool:
        """Whether anything has arrived."""
        return bool(self._data)

    @property
    def size(self) -> int:
        """How many bytes have arrived."""
        return len(self._data)

    @property
    def has_head(self) -> bool:
        """Whether all headers are there."""
        return self._whole is not None

    def add(self, data: bytes) -> bool:
        """Take more bytes; return whether the whole request is there. Raises Refused."""
        looked_at = max(0, len(self._data) - len(_HEAD_ENDS))
        # An empty line before a request is passed over, as RFC 9112 asks; a parser that is given
        # nothing else would wait for more.
        self._data += data if self._data else data.lstrip(b"\r\n")
        if self._whole is None:
            self._read_head(looked_at)
        return self._whole is not None and len(self._data) >= self._whole

    def taken(self) -> bytes:
        """Return everything that has arrived, also what came after the request."""
        return bytes(self._data)

    def _read_head(self, looked_at: int) -> None:
        end = self._data.find(_HEAD_ENDS, looked_at)
        if (end if end >= 0 else len(self._data)) > LARGEST_HEAD:
            raise Refused(431, "Request Header Fields Too Large")
        if end < 0:
            return
        fields = [(name.lower(), value) for name, value in _FRAMING.findall(self._data[:end])]
        length = _length_of(fields)
        if any(name == b"expect" for name, _ in fields):
            head = _EXPECT.sub(b"", self._data[:end])
            self._data[:end] = head
            end = len(head)
            self.wants_a_word = length > 0
        self._whole = end + len(_HEAD_ENDS) + length


def _length_of(fields: list[tuple[bytes, bytes]]) -> int:
    """Return how long the body is. One whose length is not told is refused."""
    lengths = [value.strip() for name, value in fields if name == b"content-length"]
    if any(name == b"transfer-encoding" for name, _ in fields):
        raise Refused(400, "Bad Request") if lengths else Refused(411, "Length Required")
    if not lengths:
        return 0
    if len(lengths) > 1 or not lengths[0].isdigit():
        raise Refused(400, "Bad Request")
    if len(lengths[0]) > _MOST_DIGITS or int(lengths[0]) > LARGEST_BODY:
        raise Refused(413, "Content Too Large")
    return int(lengths[0])
