"""Mail addresses: read once at the edge, written with the domain that mail servers know."""

import unicodedata

import idna
from email_validator import EmailNotValidError, validate_email

from booking.kit.errors import InvalidInput

LONGEST_EMAIL = 254


class InvalidEmail(InvalidInput):
    """What was typed is no mail address that a mail can reach."""

    code = "invalid_email"


def parse_email(raw: str) -> str:
    """Read a mail address as people type it, with a domain in any letters (ana@müller.de).

    Raises InvalidEmail.
    """
    typed = "".join(ch for ch in raw if unicodedata.category(ch) != "Cf").strip()
    typed = typed.removeprefix("mailto:")
    if not typed:
        raise InvalidEmail("email_missing")
    name, _, _ = typed.rpartition("@")
    if not name.isascii():
        # Few mail servers take such names (RFC 6531), and a mail that is refused later is lost.
        raise InvalidEmail("email_name_not_ascii")
    try:
        # Nothing is asked of the network. What a header could read as an encoded word is no name.
        read = validate_email(typed, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as wrong:
        raise InvalidEmail("email_malformed") from wrong
    if "=?" in typed or len(read.ascii_email or read.normalized) > LONGEST_EMAIL:
        raise InvalidEmail("email_malformed")
    return read.normalized


def on_the_wire(address: str) -> str:
    """Return a mail address with its domain as mail servers know it (IDNA 2008, RFC 5891).

    Raises ValueError for a domain that cannot be one.
    """
    name, at, domain = address.rpartition("@")
    if domain.isascii():
        return address
    return f"{name}{at}{idna.encode(domain, uts46=True).decode()}"


def email_key(address: str) -> str:
    """Return a mail address as it is compared."""
    return on_the_wire(address).casefold()
