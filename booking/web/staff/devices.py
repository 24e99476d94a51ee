"""What a browser keeps so that strangers' tries never slow its owner down, and who calls."""

import re
import secrets
from typing import Final

from flask import Response, after_this_request, request

from booking.accounts.caller import Caller, device_digest
from booking.accounts.service import normal_email
from booking.web.current import runtime
from booking.web.strangers import keyed_hash
from booking.web.visitor import visitor

DEVICE_COOKIE: Final = "lupine-device"
_DEVICE_SECRET: Final = re.compile(r"[\w-]{43}", re.ASCII)


def kept_secret() -> str | None:
    """Return the secret this browser keeps, if there is one."""
    kept = request.cookies.get(_device_cookie(), "")
    return kept if _DEVICE_SECRET.fullmatch(kept) else None


def kept_device() -> str | None:
    """Return the digest of this browser's secret, if it keeps one."""
    secret = kept_secret()
    return device_digest(secret) if secret else None


def device_or_visitor() -> str:
    """Return for whom tries are counted: a browser that keeps a secret, else an address."""
    return kept_secret() or visitor()


def caller_with(email: str) -> tuple[Caller, str]:
    """Return who calls for an account, and the secret their browser keeps or is to keep."""
    secret = kept_secret() or secrets.token_urlsafe(32)
    caller = Caller(
        address=keyed_hash(f"address {visitor()}"),
        account=keyed_hash(f"account {normal_email(email)}"),
        device=device_digest(secret),
        browser=request.user_agent.string,
    )
    return caller, secret


def have_it_kept(secret: str) -> None:
    """Have the browser keep its secret, with the answer to this request."""

    @after_this_request
    def _keep(response: Response) -> Response:
        response.set_cookie(
            _device_cookie(),
            secret,
            max_age=runtime().policies.sign_in.device_known_for,
            secure=runtime().settings.serves_https,
            httponly=True,
            samesite="Lax",
        )
        return response


def _device_cookie() -> str:
    return f"__Host-{DEVICE_COOKIE}" if runtime().settings.serves_https else DEVICE_COOKIE
