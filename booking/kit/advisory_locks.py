"""Turns that transactions take over a phone and the like; SQLite has one writer at a time."""

from collections.abc import Collection
from enum import IntEnum, unique
from zlib import crc32

from sqlalchemy import text
from sqlalchemy.orm import Session


@unique
class LockSpace(IntEnum):
    """First half of every advisory lock's key; the second stands for what is locked.

    Replies take their turn before they lock messages and senders after it, so those two must
    never be one lock: they would wait crosswise.
    """

    THERAPIST = 4_201
    SENDING = 4_202
    REPLIES = 4_203
    STRANGERS = 4_204
    CALENDARS = 4_205
    UPGRADE = 4_206
    """Held by an upgrade of the database for as long as it lasts."""


_TURNS = text("SELECT pg_advisory_xact_lock(:space, key) FROM unnest(CAST(:keys AS int[])) AS key")


def lock_keys(session: Session, space: LockSpace, names: Collection[str]) -> None:
    """Wait until nobody else has a turn over one of these phones; they hold until the commit."""
    if names and session.get_bind().dialect.name == "postgresql":
        # In order, so that nobody waits crosswise; two names of one key only wait for more.
        keys = sorted({crc32(name.encode()) - 2**31 for name in names})
        session.connection().execute(_TURNS, {"space": int(space), "keys": keys})
