"""Column types: instants that are always UTC, and fields encrypted at rest."""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Generic, TypeVar

from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import DateTime, Dialect, LargeBinary, String, TypeDecorator

__all__ = ["EncryptedText", "UTCDateTime", "Word", "use_field_keys"]

T = TypeVar("T", bound=StrEnum)


class UTCDateTime(TypeDecorator[datetime]):
    """An aware instant, stored in UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time and hand over UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Word(TypeDecorator[T], Generic[T]):
    """One word of a closed vocabulary, stored as text so that adding a word is no migration."""

    impl = String(32)
    cache_ok = True

    def __init__(self, vocabulary: type[T]) -> None:
        self.vocabulary = vocabulary
        super().__init__()

    def process_bind_param(self, value: T | str | None, dialect: Dialect) -> str | None:
        """Refuse a word that is not in the vocabulary."""
        return None if value is None else self.vocabulary(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> T | None:
        """Return the member."""
        return None if value is None else self.vocabulary(value)


class _Keyring:
    """The field keys of this process: one assignment at start-up, read by every field."""

    def __init__(self) -> None:
        self._fernet: MultiFernet | None = None

    def use(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    @property
    def fernet(self) -> MultiFernet:
        if self._fernet is None:
            raise RuntimeError("field keys are not set: call use_field_keys first")
        return self._fernet


_keyring = _Keyring()


def use_field_keys(keys: Sequence[str]) -> None:
    """Set the keys that encrypt fields, newest first; older ones still decrypt."""
    _keyring.use(keys)


class EncryptedText(TypeDecorator[str]):
    """Text that is unreadable in the database and in its backups."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Encrypt with the newest key."""
        return None if value is None else _keyring.fernet.encrypt(value.encode())

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        """Decrypt with whichever key fits."""
        return None if value is None else _keyring.fernet.decrypt(bytes(value)).decode()
