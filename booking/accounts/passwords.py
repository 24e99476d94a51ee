"""Passwords: hashed and checked with Argon2, a few at a time and in no transaction."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from secrets import token_urlsafe
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

AT_ONCE = 1
"""In one process: a hash takes 64 MB and a processor, and a flood of tries must not take all."""
LONGEST_WAIT_S = 5.0
STRANGERS_WAITING = 2
"""More of them than this do not wait: each takes a thread away from everybody else's pages."""

_hasher = PasswordHasher()
_turns = BoundedSemaphore(AT_ONCE)
_strangers = BoundedSemaphore(AT_ONCE + STRANGERS_WAITING)


class TooBusy(Exception):
    """So many passwords are being checked that one more would have to wait too long."""


@dataclass(frozen=True)
class Checked:
    """Whether a password was right, and its new hash where the kept one is of an older make."""

    is_right: bool
    new_hash: str | None = None


def check(password_hash: str | None, password: str, *, is_known: bool = False) -> Checked:
    """Check a password; without a hash one is checked too, so that the time tells nothing.

    An account whose invitation was not taken has an empty one, which no password fits.
    `is_known` tells that somebody signed in here with this device: then it waits for its turn
    however many strangers wait. Raises TooBusy.
    """
    with nullcontext() if is_known else _place_among_strangers(), _turn():
        try:
            _hasher.verify(password_hash or _nobodys_hash(), password)
        except (VerificationError, InvalidHashError):
            return Checked(is_right=False)
        if not password_hash:
            return Checked(is_right=False)
        outdated = _hasher.check_needs_rehash(password_hash)
        return Checked(is_right=True, new_hash=_hasher.hash(password) if outdated else None)


def hashed(password: str) -> str:
    """Return a new password's hash."""
    return _hasher.hash(password)


def mark_of(password_hash: str) -> str:
    """Return what tells one password of an account from the next."""
    return sha256(password_hash.encode()).hexdigest()[:16]


@cache
def _nobodys_hash() -> str:
    return _hasher.hash(token_urlsafe())


@contextmanager
def _place_among_strangers() -> Iterator[None]:
    if not _strangers.acquire(blocking=False):
        raise TooBusy
    try:
        yield
    finally:
        _strangers.release()


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=LONGEST_WAIT_S):
        raise TooBusy
    try:
        yield
    finally:
        _turns.release()
