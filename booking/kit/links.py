"""The signed links that patients act through: scoped, expiring, and short enough for a text."""

import hmac
import re
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from hashlib import sha256
from uuid import UUID

from booking.kit.errors import LinkExpired, LinkInvalid
from booking.kit.link_alphabet import ALPHABET, read_spelled, spell, spelled_length

SIGNATURE_BYTES = 12
"""96 bits: short for a text, and far beyond guessing over a network."""
PAYLOAD_BYTES = 23
"""The scope, the hour of the end (3), the id (16) and the mark (3)."""
MARK_BYTES = 3
WHOLE = PAYLOAD_BYTES + SIGNATURE_BYTES

_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_TOKEN = re.compile(rf"[{ALPHABET}]{{{spelled_length(WHOLE)}}}(?![0-9A-Za-z])")
# What texts carried until November 2026, in base 64. Such links end 90 days after their message:
# this way of reading them can go in the summer of 2027.
_OLDER_TOKEN = re.compile(r"[\w-]{31}\.[\w-]{16}(?![\w-])", re.ASCII)


class Scope(IntEnum):
    """What a link lets its holder do."""

    HOLD = 1
    MANAGE = 2
    CHECK_IN = 3
    INVITATION = 4
    NEW_PASSWORD = 5


@dataclass(frozen=True)
class Opened:
    """What a link names, and which of several links to it this one is."""

    subject: UUID
    mark: int


class LinkMaker:
    """Makes and reads links; keys are given newest first, and older ones still open old links."""

    def __init__(self, keys: Sequence[str], base_url: str) -> None:
        self._base_url = base_url
        self._keys = [sha256(b"lupine.link" + b"signer" + key.encode()).digest() for key in keys]

    def token(self, scope: Scope, subject: UUID, expires_at: datetime, mark: int = 0) -> str:
        """Return a signed token; `mark` tells it from other links to the same subject."""
        hours = -int(-(expires_at - _EPOCH).total_seconds() // 3600)
        payload = bytes([scope]) + hours.to_bytes(3, "big") + subject.bytes
        payload += mark.to_bytes(MARK_BYTES, "big")
        return spell(payload + _signature(self._keys[0], payload))

    def read(self, token: str, scope: Scope, *, now: datetime) -> Opened:
        """Return what a token names; each token has one spelling.

        Raises LinkInvalid when it is damaged, forged or made for another scope, and
        LinkExpired when its time is over.
        """
        payload = self._payload(token)
        if payload is None or payload[0] != scope:
            raise LinkInvalid
        hours = int.from_bytes(payload[1:4], "big")
        if (now - _EPOCH).total_seconds() >= hours * 3600:
            raise LinkExpired
        return Opened(UUID(bytes=payload[4:20]), int.from_bytes(payload[20:], "big"))

    def _payload(self, token: str) -> bytes | None:
        try:
            whole = read_spelled(token, WHOLE)
        except ValueError:
            return self._older_payload(token)
        payload, signature = whole[:PAYLOAD_BYTES], whole[PAYLOAD_BYTES:]
        return payload if self._is_signed(payload, signature) else None

    def _older_payload(self, token: str) -> bytes | None:
        if not _OLDER_TOKEN.fullmatch(token):
            return None
        text, _, signature = token.partition(".")
        payload = b64decode(text + "=", altchars=b"-_", validate=True)
        # The last letter has bits to spare; only one of its spellings is ours.
        if urlsafe_b64encode(payload).decode() != text + "=":
            return None
        signed = self._is_signed(text.encode(), b64decode(signature, altchars=b"-_"))
        return payload if signed else None

    def _is_signed(self, signed: bytes, signature: bytes) -> bool:
        return any(hmac.compare_digest(signature, _signature(key, signed)) for key in self._keys)

    def manage(self, appointment_id: UUID, expires_at: datetime, reference: UUID) -> str:
        """Return the address of an appointment's own page, as the message `reference` tells it."""
        token = self.token(Scope.MANAGE, appointment_id, expires_at, mark_of(reference))
        return f"{self._base_url}/a/{token}"

    def check_in(self, check_in_id: UUID, expires_at: datetime, reference: UUID) -> str:
        """Return the address where three numbers can be given, as `reference` tells it."""
        token = self.token(Scope.CHECK_IN, check_in_id, expires_at, mark_of(reference))
        return f"{self._base_url}/c/{token}"

    def invitation(self, link_id: UUID, expires_at: datetime) -> str:
        """Return the address where an invited member of staff chooses a password."""
        return f"{self._base_url}/join/{self.token(Scope.INVITATION, link_id, expires_at)}"

    def new_password(self, link_id: UUID, expires_at: datetime) -> str:
        """Return the address where a member of staff chooses another password."""
        token = self.token(Scope.NEW_PASSWORD, link_id, expires_at)
        return f"{self._base_url}/new-password/{token}"


def mark_of(reference: UUID) -> int:
    """Return the mark of the links in a message.

    It makes two texts with the same link differ, so that each can be recognised in the
    carrier's list, and each link can be closed by itself.
    """
    return int.from_bytes(reference.bytes[-MARK_BYTES:], "big")


def without_surroundings(token: str) -> str:
    """Return a token without what a phone or a mail program took along behind it."""
    found = _TOKEN.match(token) or _OLDER_TOKEN.match(token)
    return found.group() if found else token


def derived_key(secret: str, purpose: str) -> str:
    """Return a key for one purpose, so that no two uses share a key."""
    return hmac.digest(secret.encode(), purpose.encode(), "sha256").hex()


def _signature(key: bytes, signed: bytes) -> bytes:
    return hmac.digest(key, signed, "sha256")[:SIGNATURE_BYTES]
