"""Ids in Twilio's shape."""

import secrets


def message_sid(*, has_media: bool = False) -> str:
    """Return a new text message id: SM, or MM where pictures come along, and 32 hex digits."""
    return f"{'MM' if has_media else 'SM'}{secrets.token_hex(16)}"


def media_sid(sid: str, number: int) -> str:
    """Return the id of the picture of this number that came with a text: always the same."""
    return f"ME{number:02x}{sid[4:]}"
