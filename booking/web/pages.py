"""Pages that only inform."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from booking.web.guard import public

bp = Blueprint("pages", __name__)


@bp.get("/evidence")
@public
def evidence() -> ResponseReturnValue:
    """Say what is known about massage in lupus, and what is not."""
    return render_template("pages/evidence.html")


@bp.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    """Say what is kept, who sees it, and how to ask."""
    return render_template("pages/privacy.html")
