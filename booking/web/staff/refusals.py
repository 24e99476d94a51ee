"""Putting on record what staff were refused, whichever page it was."""

from http import HTTPStatus
from uuid import UUID

import structlog
from flask import Flask, Response, request
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from booking.audit.service import audit
from booking.web.current import unit_of_work
from booking.web.guard import Staff, rule_of_request
from booking.web.staff.session import current_actor

REFUSALS = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
LONGEST_SUBJECT = 60

log = structlog.get_logger()


def install_record_of_refusals(app: Flask) -> None:
    """Record every page of the staff that somebody signed in asked for and may not see.

    What does not exist for a therapist may exist for others, so both are kept.
    """

    @app.after_request
    def _note(response: Response) -> Response:
        if response.status_code in REFUSALS and isinstance(rule_of_request(), Staff):
            _keep()
        return response


def _keep() -> None:
    if not current_user.is_authenticated:
        return
    named = next((one for one in (request.view_args or {}).values() if isinstance(one, UUID)), None)
    try:
        with unit_of_work(current_actor()) as uow:
            audit(
                uow,
                action="refused",
                subject=(request.endpoint or "")[:LONGEST_SUBJECT],
                subject_id=named,
            )
    except SQLAlchemyError as away:
        # The answer is made: what cannot be written now must not take it away.
        log.warning("a refusal could not be recorded", reason=type(away).__name__)
