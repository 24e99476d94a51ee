"""The one module that makes ids."""

import secrets
from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Return a fresh UUIDv7: unguessable, and sorted by the time it was made."""
    return uuid7()


def new_secret() -> str:
    """Return a fresh secret of 32 random bytes, URL-safe."""
    return secrets.token_urlsafe(32)
