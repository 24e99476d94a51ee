"""The field keys of a process: they encrypt single fields, and make digests nobody can guess."""

import hashlib
import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

DIGEST_LETTERS = 48
"""192 bits: no two texts share one, and it is told from a SHA-256 in full by its length."""
_PURPOSE = b"lupine.digest"


class _Keyring:
    """One assignment at start-up, read by every field."""

    def __init__(self) -> None:
        self._fernets: list[Fernet] = []
        self._all: MultiFernet | None = None
        self._digest_keys: list[bytes] = []

    def use(self, keys: Sequence[str]) -> None:
        self._fernets = [Fernet(key) for key in keys]
        self._all = MultiFernet(self._fernets)
        self._digest_keys = [hmac.digest(key.encode(), _PURPOSE, "sha256") for key in keys]

    @property
    def all(self) -> MultiFernet:
        if self._all is None:
            raise RuntimeError("field keys are not set: call use_field_keys first")
        return self._all

    @property
    def newest(self) -> Fernet:
        return self._fernets[0]

    @property
    def digest_keys(self) -> Sequence[bytes]:
        if not self._digest_keys:
            raise RuntimeError("field keys are not set: call use_field_keys first")
        return self._digest_keys


_keyring = _Keyring()


def use_field_keys(keys: Sequence[str]) -> None:
    """Set the keys that encrypt fields, newest first; older ones still decrypt."""
    _keyring.use(keys)


def seal(text: str) -> bytes:
    """Encrypt with the newest key."""
    return _keyring.all.encrypt(text.encode())


def unseal(sealed: bytes) -> str:
    """Decrypt with whichever key fits; raises InvalidToken where none does."""
    return _keyring.all.decrypt(bytes(sealed)).decode()


def resealed(sealed: bytes) -> bytes | None:
    """Return the same text under the newest key, or None where it is under it already."""
    try:
        _keyring.newest.decrypt(bytes(sealed))
    except InvalidToken:
        return _keyring.all.rotate(bytes(sealed))
    return None


def digest_of(text: str) -> str:
    """Return what is kept of a text: enough to recognise it, and with no key not to guess it.

    Over its SHA-256, so that what was kept before there was a key could be taken along.
    """
    return keyed(hashlib.sha256(text.encode()).hexdigest())


def digests_of(text: str) -> list[str]:
    """Return a text's digests under every key: what was kept under an older one is found too."""
    plain = hashlib.sha256(text.encode()).hexdigest()
    return [_under(key, plain) for key in _keyring.digest_keys]


def keyed(word: str) -> str:
    """Return a word's digest under the newest key."""
    return _under(_keyring.digest_keys[0], word)


def _under(key: bytes, word: str) -> str:
    return hmac.digest(key, word.encode(), "sha256").hex()[:DIGEST_LETTERS]
