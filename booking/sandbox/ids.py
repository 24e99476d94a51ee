"""Ids in Twilio's shape."""

import secrets


def message_sid() -> str:
    """Return a new text message id: SM and 32 hexadecimal digits."""
    return f"SM{secrets.token_hex(16)}"
