"""Who calls, as far as limits need to know: hashes that tell visitors apart and say no more."""

import hmac

from flask import session

from booking.kit.links import derived_key
from booking.scheduling.hold_limits import Visitor
from booking.web.current import runtime
from booking.web.visitor import visitor

HASH_LETTERS = 32


def this_visitor() -> Visitor:
    """Return who asks for a hold or a booking.

    The form's own secret names the browser: it is there wherever a form came from us.
    """
    browser = session.get("csrf_token", "")
    return Visitor(keyed_hash(f"address {visitor()}"), keyed_hash(f"browser {browser}"))


def keyed_hash(name: str) -> str:
    """Return what stands for a name that is not kept: the same each time, and never read back."""
    newest = runtime().settings.secret_keys[0].get_secret_value()
    key = derived_key(newest, "visitors").encode()
    return hmac.digest(key, name.encode(), "sha256").hex()[:HASH_LETTERS]
