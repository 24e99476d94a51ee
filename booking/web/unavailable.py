"""What is answered while the database or its disk is at fault: 503, and when to try again."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final, cast

from flask import Flask, Response, current_app, g, make_response, request
from flask.typing import ResponseReturnValue
from flask_login import AnonymousUserMixin
from sqlalchemy.exc import SQLAlchemyError

from booking.kit.faults import Fault, fault_of, wait_for
from booking.kit.outages import Outages
from booking.web.current import now
from booking.web.guard import SAFE_METHODS
from booking.web.language import marked
from booking.web.problems import Problem, problem_response
from booking.web.send_again import kept_page

EXTENSION: Final = "lupine.outages"

_NOT_SHOWN: Final = Problem(
    HTTPStatus.SERVICE_UNAVAILABLE,
    marked("We are away for a moment"),
    marked(
        "Something of ours needs a little time. Your appointments stand, and nothing you sent "
        "before is lost."
    ),
    marked("Try again in a minute. If it cannot wait, call us."),
)
_NOT_KEPT: Final = Problem(
    HTTPStatus.SERVICE_UNAVAILABLE,
    marked("Please send it again in a minute"),
    marked(
        "Something of ours needs a little time, and we could not take this. Your appointments "
        "stand, and what you chose and typed is still on this page."
    ),
    marked("Leave it open, wait a minute, then send it once more. If it cannot wait, call us."),
)
_NOT_KEPT_HERE: Final = Problem(
    HTTPStatus.SERVICE_UNAVAILABLE,
    marked("Please send it again in a minute"),
    marked(
        "Something of ours needs a little time, and we could not take this. "
        "Your appointments stand."
    ),
    marked("Go back one page and send it once more in a minute. If it cannot wait, call us."),
)


def install_unavailable(app: Flask) -> None:
    """Answer faults of the database and its disk on every page of an app."""
    app.extensions[EXTENSION] = Outages()

    @app.errorhandler(SQLAlchemyError)
    def _at_fault(error: SQLAlchemyError) -> ResponseReturnValue:
        fault = fault_of(error)
        if fault is None:
            raise error
        note(fault, error)
        # Whoever is signed in, the page must not go and ask the database.
        g._login_user = AnonymousUserMixin()
        return _page(fault)

    @app.after_request
    def _passed(response: Response) -> Response:
        if response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
            _outages().passed(now())
        return response


def note(fault: Fault, error: BaseException) -> None:
    """Note a fault that the current request met: a line for the first, then counts."""
    _outages().met(fault, error, now())


def overlook(error: SQLAlchemyError) -> None:
    """Go on without what could not be written; raises what is no fault of the database."""
    fault = fault_of(error)
    if fault is None:
        raise error
    note(fault, error)


def retry_after(fault: Fault) -> Mapping[str, str]:
    """Return the header that says when to ask again."""
    return {"Retry-After": str(int(wait_for(fault).total_seconds()))}


def _page(fault: Fault) -> Response:
    if request.method in SAFE_METHODS:
        reply = problem_response(_NOT_SHOWN, "service_unavailable")
    else:
        kept = kept_page(_NOT_KEPT)
        reply = (
            make_response(kept) if kept else problem_response(_NOT_KEPT_HERE, "service_unavailable")
        )
    reply.headers.update(retry_after(fault))
    return reply


def _outages() -> Outages:
    return cast(Outages, current_app.extensions[EXTENSION])
