"""Signing webhooks as Twilio does.

https://www.twilio.com/docs/usage/security#validating-requests: HMAC-SHA1, keyed with the
auth token, over the exact URL followed by every parameter's name and value in name order.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping


def signature(token: str, url: str, params: Mapping[str, str]) -> str:
    """Return the X-Twilio-Signature of a form post to a URL."""
    text = url + "".join(name + params[name] for name in sorted(params))
    digest = hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
