"""Who may call the simulator: this machine's own programs and pages, and no web site.

A browser on this machine reaches us for any page it shows. Such a page may send forms; and where
its owner points a name of theirs at this machine, it may even read the answers.
"""

import ipaddress
import json
import socket
from urllib.parse import urlsplit

import aiohttp.web as web
from aiohttp.typedefs import Middleware

from simulator.api import Handler
from simulator.message import API_VERSION

SAFE = frozenset({"GET", "HEAD"})
CONTROL = "/control/"


def guard(own_names: frozenset[str]) -> Middleware:
    """Return what refuses other sites; `own_names` are names of this machine besides the usual.

    The carrier's API is open to any caller with the account's token, which no web site has.
    """
    known = own_names | {"localhost", socket.gethostname().lower()}

    @web.middleware
    async def refuse_other_sites(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith(f"/{API_VERSION}/"):
            if not _is_own(request.host, known):
                raise web.HTTPForbidden(
                    text="The simulator is called by a name it does not know: use 127.0.0.1, or"
                    " name it in SANDBOX_HOSTS."
                )
            if request.method not in SAFE and _is_foreign(request):
                raise web.HTTPForbidden(text="This comes from another web site.")
            if _is_simple(request):
                # The only kinds that a web site may send without asking us first.
                wanted = json.dumps({"error": "Send JSON, with Content-Type: application/json."})
                raise web.HTTPUnsupportedMediaType(text=wanted, content_type="application/json")
        return await handler(request)

    return refuse_other_sites


def _is_own(host: str, known: frozenset[str]) -> bool:
    """Whether a Host header names this machine; an address is nobody's to point elsewhere."""
    try:
        name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return False
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name in known
    return True


def _is_foreign(request: web.Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in {"same-origin", "none"}:
        return True
    origin = request.headers.get("Origin")
    if origin is None or (site == "same-origin" and origin == "null"):
        return False
    return urlsplit(origin).netloc != request.host


def _is_simple(request: web.Request) -> bool:
    """Whether a change of the control API comes in a shape that a form can have, too."""
    return (
        request.path.startswith(CONTROL)
        and request.method not in SAFE
        and request.can_read_body
        and request.content_type != "application/json"
    )
