"""What is kept of a visitor as evidence of a yes or no to texts."""

import json

from flask import request

from booking.kit.keyring import keyed

LONGEST_BROWSER = 200


def visitor_evidence() -> str:
    """Return the visitor's address as a digest under a key, and the name the browser gives itself.

    Enough to confirm an address that somebody names in a dispute, and not to find one out.
    """
    browser = request.headers.get("User-Agent", "")[:LONGEST_BROWSER]
    return json.dumps({"address": keyed(request.remote_addr or ""), "browser": browser})
