"""A form that could not be taken comes back with everything in it, to be sent once more.

For every form there is or will be: what it carried goes into a page of its own, behind a button.
A form with a page that shows it better says so:

    @bp.post("/c/<token>")
    @by_link(Scope.CHECK_IN)
    @shown_again_by(lambda why, token: _filled_in(token, why))
    def answer(token: str) -> ...
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar, cast

from flask import Flask, current_app, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from booking.web.current import clinic
from booking.web.formats import parse_instant
from booking.web.guard import SAFE_METHODS
from booking.web.language import marked
from booking.web.problems import BY_STATUS, Problem, problem_response, wants_json
from booking.web.zones import is_zone, visitor_zone

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

TOKEN: Final = "csrf_token"  # noqa: S105 - the name of a field
MARK: Final = "sent_again"
"""The field of a form that came back once already."""
PROOF: Final = "proof_"
"""How fields begin that show who sends a form: they are never put into a page again."""
SECRETS: Final = frozenset({"pin"})
MOST_FIELDS: Final = 500

_OUT_OF_DATE: Final = Problem(
    BY_STATUS[400].status,
    marked("Please send it once more"),
    marked(
        "The page was open for a long time, or you signed in or out in another window. "
        "Nothing has changed yet, and what you chose is still here."
    ),
    "",
)
_NO_COOKIE_YET: Final = Problem(
    BY_STATUS[400].status,
    marked("Please send it once more"),
    marked(
        "Your browser did not send our cookie along: the page was open for a long time, or your "
        "browser keeps no cookies. Nothing has changed yet, and what you chose is still here."
    ),
    "",
)
_NEEDS_COOKIES: Final = Problem(
    BY_STATUS[400].status,
    marked("This form needs cookies"),
    marked(
        "Your browser keeps no cookies from us. This form needs one, so that nobody else can send "
        "it in your name; it is used for nothing else. Please allow cookies for this site, then "
        "send it once more. What you chose is still here."
    ),
    marked("If you are stuck, call us. A person helps."),
)


@dataclass(frozen=True)
class Kept:
    """What a form carried, and where it was sent to."""

    action: str
    fields: list[tuple[str, str]]


def shown_again_by(page: Callable[..., ResponseReturnValue]) -> Callable[[View], View]:
    """Name what shows a view's form again, filled in; called with why and the path's parts."""

    def named(view: View) -> View:
        view.shown_again_by = page  # type: ignore[attr-defined]
        return view

    return named


def install_send_again(app: Flask) -> None:
    """Bring every form of an app back whose token is missing, old or somebody else's."""

    @app.errorhandler(CSRFError)
    def _send_again(_error: CSRFError) -> ResponseReturnValue:
        # What another site had the browser send is not put into its hand once more.
        if request.headers.get("Sec-Fetch-Site") == "cross-site" or wants_json():
            return problem_response(BY_STATUS[400], "bad_request")
        why = _why()
        g.is_sent_again = True
        view = current_app.view_functions[str(request.endpoint)]
        page = cast(
            Callable[..., ResponseReturnValue] | None, getattr(view, "shown_again_by", None)
        )
        if page is None:
            return kept_page(why) or problem_response(BY_STATUS[400], "bad_request")
        reply = make_response(page(why, **(request.view_args or {})))
        reply.status_code = why.status.value
        return reply


def kept_page(why: Problem) -> ResponseReturnValue | None:
    """Return a page that holds what the current request's form carried; None without a form."""
    kept = kept_form()
    if kept is None:
        return None
    carried = dict(kept.fields)
    zone = carried.get("zone", "")
    return render_template(
        "pages/send_again.html",
        problem=why,
        kept=kept,
        starts_at=parse_instant(carried.get("starts_at", "")),
        zone=zone if is_zone(zone) else visitor_zone(clinic().zone),
        private=True,
    ), why.status.value


def _why() -> Problem:
    if current_app.config["SESSION_COOKIE_NAME"] in request.cookies:
        return _OUT_OF_DATE
    return _NEEDS_COOKIES if MARK in request.form else _NO_COOKIE_YET


def kept_form() -> Kept | None:
    """Return what the current request's form carried, where it can be sent again as it came."""
    if request.endpoint is None or request.method in SAFE_METHODS:
        return None
    if request.files or wants_json():
        return None
    fields = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in {TOKEN, MARK} and not name.startswith(PROOF)
    ]
    # No password lies hidden in a page.
    if len(fields) > MOST_FIELDS or any(_is_secret(name) for name, _ in fields):
        return None
    return Kept(url_for(request.endpoint, **(request.view_args or {})), fields)


def _is_secret(name: str) -> bool:
    return "password" in name or name in SECRETS
