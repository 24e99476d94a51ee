"""Where the simulator's ledger and state live: one SQLite file, written in batches.

Everything noted during one turn of the event loop is committed together when the turn ends,
and a create answers only after its commit. So an accepted text is always in the ledger before
its 201 can be seen, a killed simulator loses nothing it answered for, and a hundred
simultaneous creates share one commit of about 0.1 ms.
"""

import asyncio
import fcntl
import json
import logging
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.clock import now
from simulator.message import Message, message_from_json

_log = logging.getLogger(__name__)

SCHEMA = """
CREATE TABLE IF NOT EXISTS ledger (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    phone TEXT,
    record TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS ledger_phone ON ledger (phone, id);
CREATE TRIGGER IF NOT EXISTS ledger_keeps_rows BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER IF NOT EXISTS ledger_keeps_text BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TABLE IF NOT EXISTS messages (
    sid TEXT PRIMARY KEY, seq INTEGER NOT NULL, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS mails (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, sender TEXT NOT NULL,
    recipients TEXT NOT NULL, raw BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS opt_outs (
    phone TEXT NOT NULL, sender TEXT NOT NULL, PRIMARY KEY (phone, sender));
CREATE TABLE IF NOT EXISTS phones (phone TEXT PRIMARY KEY, unread INTEGER NOT NULL);
"""

LEDGER = """
SELECT id, at, kind, record FROM ledger
WHERE id > :since AND (:kind IS NULL OR kind = :kind) ORDER BY id LIMIT :limit
"""
LEDGER_OF_PHONE = """
SELECT id, at, kind, record FROM ledger
WHERE phone = :phone AND id > :since AND (:kind IS NULL OR kind = :kind) ORDER BY id LIMIT :limit
"""

Statement = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who a mail came from and went to, as the mail server was told."""

    id: int
    at: str
    sender: str
    recipients: list[str]


class StoreInUse(RuntimeError):
    """Another simulator already keeps its state in this folder."""


class Store:
    """The simulator's file. Use it from one event loop only."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "ledger.sqlite3"
        self._lock = (folder / "lock").open("a")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._lock.close()
            raise StoreInUse(f"Another simulator already keeps its state in {folder}.") from error
        self._connection = sqlite3.connect(self.path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute("PRAGMA busy_timeout = 5000")
        self._connection.executescript(SCHEMA)
        self._ledger_rows: list[tuple[str, str, str | None, str]] = []
        self._statements: list[Statement] = []
        self._changed: dict[str, Message] = {}
        self._turn: asyncio.Future[None] | None = None

    # -- writing ---------------------------------------------------------------

    def note(self, kind: str, phone: str | None, **record: Any) -> None:
        """Append one row to the ledger."""
        at = now().isoformat(timespec="microseconds")
        self._ledger_rows.append((at, kind, phone, json.dumps(record)))
        self._flush_soon()

    def keep(self, message: Message) -> None:
        """Write a message down as it stands when the turn ends."""
        self._changed[message.sid] = message
        self._flush_soon()

    def forget(self, message: Message) -> None:
        """Delete a message; the ledger keeps what was said about it."""
        self._changed.pop(message.sid, None)
        self._write("DELETE FROM messages WHERE sid = ?", message.sid)

    def keep_opt_out(self, phone: str, sender: str) -> None:
        """Remember that a phone wants nothing more from a sender."""
        self._write("INSERT OR IGNORE INTO opt_outs VALUES (?, ?)", phone, sender)

    def forget_opt_out(self, phone: str, sender: str) -> None:
        """Let a sender text a phone again."""
        self._write("DELETE FROM opt_outs WHERE phone = ? AND sender = ?", phone, sender)

    def keep_unread(self, phone: str, unread: int) -> None:
        """Remember how many texts of a phone nobody has looked at."""
        self._write("INSERT OR REPLACE INTO phones VALUES (?, ?)", phone, unread)

    def keep_mail(self, at: str, sender: str, recipients: list[str], raw: bytes) -> int:
        """Store one mail at once and return its id."""
        cursor = self._connection.execute(
            "INSERT INTO mails (at, sender, recipients, raw) VALUES (?, ?, ?, ?)",
            (at, sender, json.dumps(recipients), raw),
        )
        return int(cursor.lastrowid or 0)

    async def written(self) -> None:
        """Wait until everything noted so far is committed."""
        if self._turn is not None:
            await asyncio.shield(self._turn)

    def flush(self) -> None:
        """Commit everything noted so far."""
        turn, self._turn = self._turn, None
        try:
            self._commit()
        except sqlite3.Error as error:
            # The rows stay in memory for the next turn; whoever waits is told now.
            _log.error("The ledger could not be written: %s", error)
            if turn is not None and not turn.done():
                turn.set_exception(error)
                turn.exception()
            return
        if turn is not None and not turn.done():
            turn.set_result(None)

    def _write(self, statement: str, *values: Any) -> None:
        self._statements.append((statement, values))
        self._flush_soon()

    def _flush_soon(self) -> None:
        if self._turn is None:
            loop = asyncio.get_running_loop()
            self._turn = loop.create_future()
            loop.call_soon(self.flush)

    def _commit(self) -> None:
        if not (self._ledger_rows or self._statements or self._changed):
            return
        run = self._connection
        run.execute("BEGIN IMMEDIATE")
        try:
            run.executemany(
                "INSERT INTO ledger (at, kind, phone, record) VALUES (?, ?, ?, ?)",
                self._ledger_rows,
            )
            run.executemany(
                "INSERT OR REPLACE INTO messages VALUES (?, ?, ?)",
                [(m.sid, m.seq, m.to_json()) for m in self._changed.values()],
            )
            for statement, values in self._statements:
                run.execute(statement, values)
            run.execute("COMMIT")
        except sqlite3.Error:
            run.execute("ROLLBACK")
            raise
        self._ledger_rows.clear()
        self._statements.clear()
        self._changed.clear()

    # -- reading ---------------------------------------------------------------

    def ledger(
        self, *, since: int, phone: str | None, kind: str | None, limit: int
    ) -> list[dict[str, Any]]:
        """Return ledger rows after a row id, oldest first."""
        self.flush()
        terms = {"since": since, "phone": phone, "kind": kind, "limit": limit}
        rows = self._connection.execute(LEDGER if phone is None else LEDGER_OF_PHONE, terms)
        return [
            {"id": row_id, "at": at, "kind": row_kind, **json.loads(record)}
            for row_id, at, row_kind, record in rows
        ]

    def messages(self) -> list[Message]:
        """Return all messages, oldest first."""
        rows = self._connection.execute("SELECT record FROM messages ORDER BY seq")
        return [message_from_json(record) for (record,) in rows]

    def opt_outs(self) -> Iterable[tuple[str, str]]:
        """Return the pairs of phone and sender that are blocked."""
        return self._connection.execute("SELECT phone, sender FROM opt_outs").fetchall()

    def unread(self) -> dict[str, int]:
        """Return how many texts nobody has looked at, by phone."""
        return dict(self._connection.execute("SELECT phone, unread FROM phones").fetchall())

    def envelopes(self) -> list[Envelope]:
        """Return the envelopes of all caught mails, oldest first."""
        rows = self._connection.execute("SELECT id, at, sender, recipients FROM mails ORDER BY id")
        return [Envelope(number, at, sender, json.loads(to)) for number, at, sender, to in rows]

    def raw_mail(self, mail_id: int) -> bytes:
        """Return a caught mail as it came."""
        found = self._connection.execute("SELECT raw FROM mails WHERE id = ?", (mail_id,))
        return bytes(found.fetchone()[0])

    def close(self) -> None:
        """Commit and close the file."""
        self.flush()
        self._connection.close()
        self._lock.close()
