"""Who calls: the address a request came from, and the key under which limits count a visitor.

A forwarding header is only as good as whoever wrote it, so X-Forwarded-For is read from its right
end, through proxies the clinic has declared, and no further; no other such header is read at all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, cast

import structlog
from flask import Flask, current_app, request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

UNKNOWN = "unknown"
VISITOR_BITS = 64
"""What one IPv6 customer has at least: a new address of it is no new visitor."""

FORWARDED = "HTTP_X_FORWARDED_FOR"
FORWARDING = frozenset(
    {
        FORWARDED,
        "HTTP_FORWARDED",
        "HTTP_X_REAL_IP",
        "HTTP_X_FORWARDED_PROTO",
        "HTTP_X_FORWARDED_HOST",
    }
)
"""Headers by which a proxy shows itself; only the first is read for what it says."""

ASKED_FROM_INSIDE = frozenset({"/livez", "/readyz", "/healthz", "/metrics"})
"""Paths that monitoring asks past the proxy."""

UNDECLARED = "proxy_undeclared"
WITHOUT_ADDRESS = "proxy_without_address"
IN_A_ROW = 5
"""So many pages without one that came as it should show a proxy, and not somebody who tries."""

EXTENSION = "lupine.proxies"
VISITOR = "lupine.visitor"
"""Where a request keeps its visitor's key: limits ask for it several times."""

log = structlog.get_logger("web")


@dataclass(frozen=True)
class Proxies:
    """Which proxies the clinic has in front of the site, and how many one behind the other."""

    networks: tuple[Network, ...] = ()
    count: int = 1

    def include(self, address: Address | None) -> bool:
        """Whether an address is one of a declared proxy."""
        return address is not None and any(address in network for network in self.networks)


def parsed(text: str) -> Address | None:
    """Return the address in a text, without port, brackets, quotes and scope; None if none is.

    An IPv4 address written as IPv6 (::ffff:192.0.2.1) is that IPv4 address.
    """
    bare = text.strip().strip('"')
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def caller(peer: str, forwarded_for: str, proxies: Proxies) -> Address | None:
    """Return who called, from the connection's other end and what X-Forwarded-For says.

    Each declared proxy is asked whom it had before it, from the right, at most `count` of them.
    An entry that is no address ends the walk: the proxy that wrote it is then who called.
    """
    address = parsed(peer)
    for entry in forwarded_for.split(",")[: -proxies.count - 1 : -1]:
        before = parsed(entry) if proxies.include(address) else None
        if before is None:
            break
        address = before
    return address


def key_of(address: Address | None) -> str:
    """Return what limits count under: an IPv4 address whole, an IPv6 one by its /64."""
    if isinstance(address, IPv6Address):
        return str(ip_network((address, VISITOR_BITS), strict=False))
    return str(address) if address else UNKNOWN


def visitor() -> str:
    """Return the key of the current request's visitor."""
    return cast(str, request.environ[VISITOR])


def proxy_fault() -> str | None:
    """Return the word for what is wrong with the proxy in front, or None where nothing is known."""
    return cast("Doorkeeper", current_app.extensions[EXTENSION]).fault


def install_visitors(app: Flask, proxies: Proxies, *, https: bool) -> None:
    """Give every request of an app its caller's address, and watch how the proxy passes it on."""
    doorkeeper = Doorkeeper(app.wsgi_app, proxies, https=https)
    app.wsgi_app = doorkeeper  # type: ignore[method-assign]
    app.extensions[EXTENSION] = doorkeeper


class Doorkeeper:
    """WSGI middleware: writes the caller's address, and the scheme of the site, on a request."""

    def __init__(self, app: "WSGIApplication", proxies: Proxies, *, https: bool) -> None:
        self._app = app
        self._proxies = proxies
        self._https = https
        self._row: dict[str, int] = {}
        if self._is_plain:
            log.warning(UNDECLARED, say="https ends at a proxy: name it in TRUSTED_PROXIES")

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Pass a request on with its caller's address."""
        peer = str(environ.get("REMOTE_ADDR", ""))
        self._watch(environ, parsed(peer))
        found = caller(peer, str(environ.get(FORWARDED, "")), self._proxies)
        environ["REMOTE_ADDR"] = str(found or "")
        environ[VISITOR] = key_of(found)
        environ["wsgi.url_scheme"] = "https" if self._https else "http"
        return self._app(environ, start_response)

    @property
    def fault(self) -> str | None:
        """What is wrong with the proxy in front, as far as can be known."""
        if self._is_plain:
            return UNDECLARED
        return next((fault for fault, times in self._row.items() if times >= IN_A_ROW), None)

    @property
    def _is_plain(self) -> bool:
        """Whether a proxy must be there, since the site itself serves no https, and none is named.

        All visitors are then one, and whoever signs in wrongly closes the door for everybody.
        """
        return self._https and not self._proxies.networks

    def _watch(self, environ: "WSGIEnvironment", peer: Address | None) -> None:
        """Count pages that came past or through a proxy in a way that hides their visitor.

        A public address that is no proxy's tells nothing: anybody may write a header.
        """
        if peer is None or environ.get("PATH_INFO") in ASKED_FROM_INSIDE:
            return
        if self._proxies.include(peer):
            fault = None if environ.get(FORWARDED) else WITHOUT_ADDRESS
        elif peer.is_private and (self._https or not FORWARDING.isdisjoint(environ)):
            fault = UNDECLARED
        else:
            return
        if fault is None:
            if self._row:
                self._row = {}
            return
        times = self._row[fault] = self._row.get(fault, 0) + 1
        if times == IN_A_ROW:
            log.warning(fault, say="look at TRUSTED_PROXIES and at what the proxy sends")
