"""The site that passkeys belong to, and the challenge that a browser was given."""

import re
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from flask import session

from booking.accounts import passkeys
from booking.accounts.passkeys import ANSWERED_WITHIN, Answer, Site
from booking.web.current import clinic, now, runtime

_CHALLENGE: Final = "passkey_challenge"
_TEXT: Final = re.compile(r"[\w-]{43}", re.ASCII)


def site() -> Site | None:
    """Return the site as passkeys know it; None where its address is a number, not a name."""
    address = urlsplit(runtime().settings.public_base_url)
    host = address.hostname or ""
    if _is_number(host):
        return None
    return Site(host, f"{address.scheme}://{address.netloc}", clinic().name)


def give_challenge() -> str:
    """Return a new challenge and keep it in the cookie, in the place of any before."""
    challenge = passkeys.new_challenge()
    session[_CHALLENGE] = f"{int(now().timestamp())} {challenge}"
    return challenge


def answer_to_challenge(text: str) -> Answer:
    """Return an answer with the challenge this browser was given, or with none if it is old."""
    given, _, challenge = str(session.pop(_CHALLENGE, "")).partition(" ")
    if not given.isdigit() or not _TEXT.fullmatch(challenge):
        return Answer(text, "")
    age = now() - datetime.fromtimestamp(int(given), UTC)
    return Answer(text, challenge if age <= ANSWERED_WITHIN else "")


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return not host
    return True
