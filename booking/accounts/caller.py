"""Who tries to get into an account: keyed hashes, and a device's secret as it is kept."""

from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True)
class Caller:
    """Who tries to sign in: keyed hashes of the address and of the account's name.

    `device` is the digest of a secret that a browser keeps, `browser` what it calls itself.
    """

    address: str
    account: str
    device: str
    browser: str


def device_digest(secret: str) -> str:
    """Return a device's secret as it is kept."""
    return sha256(secret.encode()).hexdigest()[:56]
