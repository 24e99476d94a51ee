"""The signed links that patients act through: scoped, expiring, and short enough for a text."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import IntEnum
from uuid import UUID

from itsdangerous import BadData, Signer
from itsdangerous.encoding import base64_decode, base64_encode
from itsdangerous.signer import SigningAlgorithm

from booking.domain.errors import LinkExpired, LinkInvalid

SIGNATURE_BYTES = 12
"""96 bits: short for a text, and far beyond guessing over a network."""
PAYLOAD_BYTES = 23
"""The scope, the hour of the end (3), the id (16) and the mark of the message (3)."""

_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_DAMAGED = "This link is not complete or not ours. Please open it again from the message."


class Scope(IntEnum):
    """What a link lets its holder do."""

    HOLD = 1
    MANAGE = 2
    CHECK_IN = 3


class _ShortHmac(SigningAlgorithm):
    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return hmac.digest(key, value, "sha256")[:SIGNATURE_BYTES]

    def verify_signature(self, key: bytes, value: bytes, sig: bytes) -> bool:
        return hmac.compare_digest(sig, self.get_signature(key, value))


class LinkMaker:
    """Makes and reads links; keys are given newest first, and older ones still open old links."""

    def __init__(self, keys: Sequence[str], base_url: str) -> None:
        self._base_url = base_url
        self._signer = Signer(
            list(reversed(keys)),
            salt=b"lupine.link",
            digest_method=hashlib.sha256,
            algorithm=_ShortHmac(),
        )

    def token(
        self, scope: Scope, subject: UUID, expires_at: datetime, reference: UUID | None = None
    ) -> str:
        """Return a signed token.

        `reference` (a message's id) makes two texts with the same link differ, so that each
        can be recognised in the carrier's list.
        """
        hours = -int(-(expires_at - _EPOCH).total_seconds() // 3600)
        mark = reference.bytes[-3:] if reference else b"\0\0\0"
        payload = bytes([scope]) + hours.to_bytes(3, "big") + subject.bytes + mark
        return self._signer.sign(base64_encode(payload)).decode()

    def read(self, token: str, scope: Scope, *, now: datetime) -> UUID:
        """Return the id a token names.

        Raises LinkInvalid when it is damaged, forged or made for another scope, and
        LinkExpired when its time is over.
        """
        try:
            payload = base64_decode(self._signer.unsign(token))
        except (BadData, ValueError) as damaged:
            raise LinkInvalid(_DAMAGED) from damaged
        if len(payload) != PAYLOAD_BYTES or payload[0] != scope:
            raise LinkInvalid(_DAMAGED)
        hours = int.from_bytes(payload[1:4], "big")
        if (now - _EPOCH).total_seconds() >= hours * 3600:
            raise LinkExpired("This link is no longer open.")
        return UUID(bytes=payload[4:20])

    def manage(self, appointment_id: UUID, expires_at: datetime, reference: UUID) -> str:
        """Return the address of an appointment's own page."""
        return (
            f"{self._base_url}/a/{self.token(Scope.MANAGE, appointment_id, expires_at, reference)}"
        )

    def check_in(self, check_in_id: UUID, expires_at: datetime, reference: UUID) -> str:
        """Return the address where three numbers can be given."""
        return (
            f"{self._base_url}/c/{self.token(Scope.CHECK_IN, check_in_id, expires_at, reference)}"
        )


def derived_key(secret: str, purpose: str) -> str:
    """Return a key for one purpose, so that no two uses share a key."""
    return hmac.digest(secret.encode(), purpose.encode(), "sha256").hex()
