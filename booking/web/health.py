"""Whether this process lives, and whether it can serve."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from booking.web.access import public
from booking.web.current import runtime

bp = Blueprint("health", __name__)


@bp.get("/livez")
@public
def livez() -> ResponseReturnValue:
    """Say that the process answers."""
    return "ok\n", 200, {"Content-Type": "text/plain"}


@bp.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """Say whether the database answers."""
    try:
        with runtime().database.reading() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return "the database does not answer\n", 503, {"Content-Type": "text/plain"}
    return "ok\n", 200, {"Content-Type": "text/plain"}
