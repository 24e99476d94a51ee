"""One line per request and per failure, with the route's pattern in place of the address.

Addresses carry link tokens and ids; patterns (/a/<token>) carry none, so none can be logged.
"""

from time import perf_counter
from types import TracebackType

import structlog
from flask import Flask, Response, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from booking.kit.errors import DomainError

Raised = tuple[type, BaseException, TracebackType] | tuple[None, None, None]

HAVE_PAGES = (DomainError, HTTPException, SQLAlchemyError)

log = structlog.get_logger("web")


class QuietFlask(Flask):
    """Flask, except that a failure is logged without the address that led to it.

    And that what fails while an error's page is made has a page of its own.
    """

    def handle_user_exception(self, e: Exception) -> HTTPException | ResponseReturnValue:
        """Return the page of an error, or of the error that making this page met."""
        try:
            return super().handle_user_exception(e)
        except HAVE_PAGES as another:
            if another is e:
                raise
            return super().handle_user_exception(another)

    def log_exception(self, exc_info: Raised) -> None:
        """Log a failure with its route's pattern and its trace."""
        log.error("failed", method=request.method, route=_route(), exc_info=exc_info)


def _route() -> str:
    return request.url_rule.rule if request.url_rule else "(none)"


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
                route=_route(),
                status=response.status_code,
                ms=round((perf_counter() - g.get("started", perf_counter())) * 1_000, 1),
            )
        return response
