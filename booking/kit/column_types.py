"""Column types: instants that are always UTC, and fields encrypted at rest."""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Generic, TypeVar

from sqlalchemy import DateTime, Dialect, LargeBinary, String, TypeDecorator

from booking.kit.keyring import seal, unseal, use_field_keys

__all__ = [
    "EncryptedScores",
    "EncryptedText",
    "EncryptedWord",
    "UTCDateTime",
    "Word",
    "use_field_keys",
]

SEALED_WORD = 24
"""Characters a word is filled up to before it is encrypted: its length tells nothing."""
HIGHEST_SCORE = 10

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

    impl = String
    cache_ok = True

    def __init__(self, vocabulary: type[T], length: int = 32) -> None:
        self.vocabulary, self.length = vocabulary, length
        super().__init__(length)

    def process_bind_param(self, value: T | str | None, dialect: Dialect) -> str | None:
        """Refuse a word that is not in the vocabulary."""
        return None if value is None else self.vocabulary(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> T | None:
        """Return the member."""
        return None if value is None else self.vocabulary(value)


class EncryptedText(TypeDecorator[str]):
    """Text that is unreadable in the database and in its backups."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Encrypt with the newest key."""
        return None if value is None else seal(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        """Decrypt with whichever key fits."""
        return None if value is None else unseal(value)


class EncryptedWord(TypeDecorator[T], Generic[T]):
    """One word of a closed vocabulary, unreadable in the database; no query can ask for it."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, vocabulary: type[T]) -> None:
        self.vocabulary = vocabulary
        super().__init__()

    def process_bind_param(self, value: T | str | None, dialect: Dialect) -> bytes | None:
        """Refuse a word that is not in the vocabulary, and encrypt it."""
        return None if value is None else seal(self.vocabulary(value).value.ljust(SEALED_WORD))

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> T | None:
        """Return the member."""
        return None if value is None else self.vocabulary(unseal(value).rstrip())


Numbers = tuple[int | None, ...]
"""Scores from 0 to 10 in a fixed order; None for one that was not given."""


class EncryptedScores(TypeDecorator[Numbers]):
    """Scores in one encrypted field, each two characters wide: its length tells nothing."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Numbers | None, dialect: Dialect) -> bytes | None:
        """Refuse what is no whole number from 0 to 10, and encrypt the rest."""
        return None if value is None else seal(scores_text(value))

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Numbers | None:
        """Decrypt with whichever key fits."""
        return None if value is None else scores_of_text(unseal(value))


def scores_text(numbers: Sequence[int | None]) -> str:
    """Return scores as they are encrypted, such as `07 05 03 .. 10`; raises ValueError."""
    wrong = [
        one
        for one in numbers
        if one is not None and (type(one) is not int or not 0 <= one <= HIGHEST_SCORE)
    ]
    if wrong:
        raise ValueError("a score is a whole number from 0 to 10")
    return " ".join(".." if one is None else f"{one:02d}" for one in numbers)


def scores_of_text(text: str) -> Numbers:
    """Return the scores of a decrypted text."""
    return tuple(None if one == ".." else int(one) for one in text.split())
