"""The headers every answer carries, set in one place."""

from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, request

from booking.web.guard import Public, rule_of_request

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

FIXED = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    # Links carry tokens: no other site may learn them from the Referer header.
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
HSTS = "max-age=31536000"


def install_headers(app: Flask, *, hsts: str | None) -> None:
    """Set the security and caching headers on every answer of an app; `hsts` where it has https."""

    @app.after_request
    def _set(response: Response) -> Response:
        for name, value in FIXED.items():
            response.headers.setdefault(name, value)
        if hsts:
            response.headers.setdefault("Strict-Transport-Security", hsts)
        response.headers["Cache-Control"] = _caching(response)
        _stay_here(response)
        return response


def _stay_here(response: Response) -> None:
    """Name no host where a page is elsewhere: the router takes it from what a caller wrote."""
    parts = urlsplit(response.location or "")
    if parts.netloc:
        path = "/" + parts.path.lstrip("/")
        response.location = urlunsplit(("", "", path, parts.query, parts.fragment))
        response.set_data(b"")


def _caching(response: Response) -> str:
    if request.endpoint == "static" and response.status_code in {200, 206, 304}:
        return response.headers.get("Cache-Control", "no-store")  # as booking/web/assets.py says
    if isinstance(rule_of_request(), Public) and request.method in {"GET", "HEAD"}:
        return "private, no-cache"
    return "no-store"
