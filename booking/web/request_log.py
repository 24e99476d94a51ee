"""One line per request, with the route's pattern in place of the address.

Addresses carry link tokens and ids; patterns (/a/<token>) carry none, so none can be logged.
"""

from time import perf_counter

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger("web")


def install_request_log(app: Flask) -> None:
    """Log every request of an app."""

    @app.before_request
    def _start() -> None:
        g.started = perf_counter()

    @app.after_request
    def _line(response: Response) -> Response:
        if request.endpoint != "static":
            log.info(
                "request",
                method=request.method,
                route=request.url_rule.rule if request.url_rule else "(none)",
                status=response.status_code,
                ms=round((perf_counter() - g.get("started", perf_counter())) * 1_000, 1),
            )
        return response
