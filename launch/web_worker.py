"""gunicorn's threads, each given a request only when the whole of it has arrived.

gunicorn's own gthread worker hands a connection to a thread at its first byte: as many clients
that dribble as there are threads then close the site, for as long as they like. Here one loop
reads for everybody, with a deadline, and sends on what a client does not take at once.
"""

from __future__ import annotations

import errno
import resource
import socket
import sys
import time
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from selectors import EVENT_READ, EVENT_WRITE
from typing import Any

from gunicorn.http.parser import RequestParser
from gunicorn.http.unreader import Unreader
from gunicorn.workers.gthread import TConn, ThreadWorker

from launch.arrival import Arrival, Refused
from launch.line import Line

PIECE = 64 * 1024
LOOKS_EVERY_S = 0.25
FULL = {errno.EMFILE, errno.ENFILE}
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


@dataclass(eq=False)
class Guest:
    """A connection that no thread has in hand."""

    conn: TConn
    until: float
    arrival: Arrival | None
    """The request that comes; None where the client is to read, or to hang up."""

    @property
    def kept(self) -> int:
        """How many bytes are kept for it."""
        return _line_of(self.conn).kept + (self.arrival.size if self.arrival else 0)


class WebWorker(ThreadWorker):
    """A process of the site."""

    IDLE_S = 5.0
    HEAD_S = 10.0
    BODY_S = 30.0
    ANSWER_S = 60.0
    LEAVING_S = 2.0
    MOST_KEPT = 64 * 1024 * 1024
    """What those who dribble, and those who do not read, may take of a process's memory."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # At worker_connections gunicorn itself lets nobody in any more.
        self._most = min(self.worker_connections - 1, _half_of_the_descriptors())
        self._guests: dict[TConn, Guest] = {}
        self._looked_at = 0.0

    def accept(self, listener: socket.socket) -> None:
        """Let a client in; where the house is full, whoever has waited longest goes."""
        try:
            client, address = listener.accept()
        except OSError as failed:
            if failed.errno in FULL:
                self._make_room()
            elif failed.errno not in (errno.EAGAIN, errno.ECONNABORTED):
                raise
            return
        self.nr_conns += 1
        if self.nr_conns > self._most:
            self._make_room()
        conn = TConn(self.cfg, Line(client), address, listener.getsockname())
        self._listen(Guest(conn, time.monotonic() + self.HEAD_S, Arrival()))

    def finish_request(self, conn: TConn, done: Future[bool]) -> None:
        """Send the rest of an answer, then listen for the next request or see the client out.

        No next request is taken up before the answer is read, however many were sent at once.
        """
        stays = not done.cancelled() and done.exception() is None and done.result()
        guest = Guest(conn, time.monotonic() + self.ANSWER_S, None)
        try:
            conn.sock.settimeout(0)
            if _line_of(conn).kept:
                self._guests[conn] = guest
                self.poller.register(conn.sock, EVENT_WRITE, partial(self._send_on, guest, stays))
                self._spare_memory()
                return
        except OSError:
            self._hang_up(conn)
            return
        self._go_on(conn, stays)

    def _send_on(self, guest: Guest, stays: bool, _sock: socket.socket) -> None:
        conn = guest.conn
        try:
            is_all = _line_of(conn).send_on()
        except OSError:
            self._hang_up(conn)
            return
        if is_all:
            self._forget(conn)
            self._go_on(conn, stays)

    def _go_on(self, conn: TConn, stays: bool) -> None:
        """Listen for the next request of a client, or see it out."""
        if not stays:
            self._see_out(conn)
            return
        try:
            guest = Guest(conn, time.monotonic() + self.IDLE_S, Arrival())
            self._guests[conn] = guest
            begun = _bytes_before(conn).take_buffered()
            if begun:
                self._take(guest, begun)
            if self._guests.get(conn) is guest:
                self.poller.register(conn.sock, EVENT_READ, partial(self._read, guest))
        except OSError:
            self._hang_up(conn)

    def murder_pending(self) -> None:
        """End what is over its time; the loop comes by after every event."""
        now = time.monotonic()
        if now - self._looked_at < LOOKS_EVERY_S:
            return
        self._looked_at = now
        for guest in [one for one in self._guests.values() if one.until <= now]:
            if guest.arrival is not None and guest.arrival.has_begun:
                self._refuse(guest, Refused(408, "Request Timeout"))
            else:
                self._hang_up(guest.conn)

    def _cap_keepalive(self, deadline: float) -> None:
        """At a stop, wait only so long for clients that have not begun to ask."""
        for guest in self._guests.values():
            if guest.arrival is None or not guest.arrival.has_begun:
                guest.until = min(guest.until, deadline)

    def _listen(self, guest: Guest) -> None:
        """Read what a new client has sent already; wait for the rest."""
        self._guests[guest.conn] = guest
        self._read(guest, guest.conn.sock)
        if self._guests.get(guest.conn) is guest:
            self.poller.register(guest.conn.sock, EVENT_READ, partial(self._read, guest))

    def _read(self, guest: Guest, sock: socket.socket) -> None:
        try:
            data = sock.recv(PIECE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._hang_up(guest.conn)
        elif guest.arrival is not None:
            self._take(guest, data)

    def _take(self, guest: Guest, data: bytes) -> None:
        """Add what has arrived to a request; give it to a thread when it is whole."""
        arrival, conn = guest.arrival, guest.conn
        assert arrival is not None
        is_new, had_head = not arrival.has_begun, arrival.has_head
        try:
            is_whole = arrival.add(data)
        except Refused as refused:
            self._refuse(guest, refused)
            return
        if is_whole:
            self._forget(conn)
            conn.init()
            _bytes_before(conn).unread(arrival.taken())
            self.enqueue_req(conn)
        elif arrival.has_head and not had_head:
            guest.until = time.monotonic() + self.BODY_S
            if arrival.wants_a_word:
                _send(conn, CONTINUE)
        elif is_new:
            guest.until = time.monotonic() + self.HEAD_S
        if arrival.size > PIECE and not is_whole:
            self._spare_memory()

    def _refuse(self, guest: Guest, refused: Refused) -> None:
        _send(guest.conn, refused.answer())
        self._forget(guest.conn)
        self._see_out(guest.conn)

    def _see_out(self, conn: TConn) -> None:
        """End our side, and give the client a moment to read: a close at once may cut the answer.

        gunicorn waits here itself, in the loop that serves everybody.
        """
        try:
            conn.sock.settimeout(0)
            conn.sock.shutdown(socket.SHUT_WR)
            guest = Guest(conn, time.monotonic() + self.LEAVING_S, None)
            self._guests[conn] = guest
            self.poller.register(conn.sock, EVENT_READ, partial(self._read, guest))
        except OSError:
            self._hang_up(conn)

    def _make_room(self) -> None:
        """Hang up on whoever has waited longest."""
        longest = next(iter(self._guests), None)
        if longest is not None:
            self._hang_up(longest)

    def _spare_memory(self) -> None:
        """Hang up on whoever has most kept for it, while too much is kept in all."""
        while sum(guest.kept for guest in self._guests.values()) > self.MOST_KEPT:
            self._hang_up(max(self._guests.values(), key=lambda guest: guest.kept).conn)

    def _hang_up(self, conn: TConn) -> None:
        self._forget(conn)
        self.nr_conns -= 1
        conn.close()

    def _forget(self, conn: TConn) -> None:
        self._guests.pop(conn, None)
        with suppress(KeyError, ValueError):
            self.poller.unregister(conn.sock)


def _bytes_before(conn: TConn) -> Unreader:
    """Return where the parser of a connection looks before it reads from the line."""
    parser = conn.parser
    assert isinstance(parser, RequestParser)
    return parser.unreader


def _line_of(conn: TConn) -> Line:
    """Return a connection's own end."""
    assert isinstance(conn.sock, Line)
    return conn.sock


def _half_of_the_descriptors() -> int:
    """Return how many connections there is room for beside databases and files."""
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return sys.maxsize if limit == resource.RLIM_INFINITY else limit // 2


def _send(conn: TConn, words: bytes) -> None:
    """Send a few words if the line takes them at once."""
    with suppress(OSError):
        conn.sock.send(words)
