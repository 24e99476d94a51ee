"""What happens to accounts; the mails about it hang on it (booking/event_handlers.py)."""

from dataclasses import dataclass
from enum import StrEnum

from booking.accounts.models import AccountLink, User


class Change(StrEnum):
    """What the holder of an account is told of, because somebody else may have done it."""

    PASSWORD = "password"  # noqa: S105 - a word for what has changed
    EMAIL = "email"
    CODES_ON = "codes_on"
    CODES_OFF = "codes_off"
    RECOVERY_CODE = "recovery_code"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"


@dataclass(frozen=True, slots=True)
class AccountLinkMade:
    """Somebody is to have a link with which a password can be chosen."""

    user: User
    link: AccountLink


@dataclass(frozen=True, slots=True)
class AccountChanged:
    """The ways into an account have changed; its holder is told, at the address of before."""

    user: User
    email: str
    change: Change
