"""How each secret is made; Python's own library is enough for it."""

import base64
import secrets
from collections.abc import Callable, Mapping


def fernet_key() -> str:
    """Return a new key for encrypted fields: 32 random bytes in URL-safe base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


SECRETS: Mapping[str, Callable[[], str]] = {
    "SECRET_KEYS": lambda: secrets.token_urlsafe(48),
    "FIELD_KEYS": fernet_key,
    "TWILIO_ACCOUNT_SID": lambda: "AC" + secrets.token_hex(16),
    "TWILIO_AUTH_TOKENS": lambda: secrets.token_hex(32),
}
