"""The one place where what went wrong becomes a page, or an API problem (RFC 9457)."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, InternalServerError

from booking.kit.errors import DomainError
from booking.web.broken_page import broken_page
from booking.web.current import clinic
from booking.web.language import gettext, marked

CALL_US = marked("If you are stuck, call us. A person helps.")


@dataclass(frozen=True)
class Problem:
    """What a visitor reads, in the page's language; never a health word, never an internal."""

    status: HTTPStatus
    heading: str
    says: str
    way_on: str = CALL_US

    @property
    def title(self) -> str:
        """What the page is headed by."""
        return gettext(self.heading)

    @property
    def message(self) -> str:
        """What happened."""
        return gettext(self.says)

    @property
    def next_step(self) -> str:
        """What to do about it, or nothing."""
        return self.way_on and gettext(self.way_on)


PROBLEMS: dict[str, Problem] = {
    "refused": Problem(
        HTTPStatus.CONFLICT,
        marked("That did not work"),
        marked("The clinic's rules do not allow this step."),
    ),
    "not_found": Problem(
        HTTPStatus.NOT_FOUND,
        marked("There is nothing here"),
        marked("The page may have moved, or the address is not complete."),
    ),
    "not_permitted": Problem(
        HTTPStatus.FORBIDDEN,
        marked("This page is not open to you"),
        marked("Your account does not include it."),
    ),
    "invalid_input": Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        marked("Some answers need another look"),
        marked("Go back one page: what you typed is still there."),
    ),
    "slot_taken": Problem(
        HTTPStatus.CONFLICT,
        marked("That slot was just taken"),
        marked("Somebody else booked this time a moment ago."),
        marked("Please choose another time."),
    ),
    "slot_not_offered": Problem(
        HTTPStatus.CONFLICT,
        marked("That time is not on offer"),
        marked("It may be too soon, too far ahead, or outside the therapist's hours."),
        marked("Please choose another time."),
    ),
    "hold_expired": Problem(
        HTTPStatus.GONE,
        marked("Your time is no longer kept"),
        marked("We keep a time for a few minutes while you type."),
        marked("Please choose a time again."),
    ),
    "therapist_not_bookable": Problem(
        HTTPStatus.CONFLICT,
        marked("This therapist takes no bookings then"),
        marked("Please choose another day, or another therapist."),
    ),
    "cut_off_passed": Problem(
        HTTPStatus.CONFLICT,
        marked("It is too late to change this online"),
        marked("So close to the session, changes go by phone."),
        marked("Please call us."),
    ),
    "move_not_allowed": Problem(
        HTTPStatus.CONFLICT,
        marked("That step is not possible any more"),
        marked("The appointment has changed since you opened the page."),
        marked("Open it again to see where it stands."),
    ),
    "too_many_holds": Problem(
        HTTPStatus.TOO_MANY_REQUESTS,
        marked("Many times are being kept just now"),
        marked(
            "We keep a time for some minutes while somebody fills in the form, and only so many."
        ),
        marked("Try again in ten minutes, or call us and we book it for you."),
    ),
    "calendar_kept": Problem(
        HTTPStatus.TOO_MANY_REQUESTS,
        marked("Others are choosing times here just now"),
        marked(
            "So much of this therapist's time is kept for a few minutes that we keep no more of it."
        ),
        marked("Try again in ten minutes, choose another week, or call us and we book it for you."),
    ),
    "too_many_bookings": Problem(
        HTTPStatus.TOO_MANY_REQUESTS,
        marked("We cannot book this online"),
        marked(
            "So many sessions were booked like this lately that a person looks at the next one."
        ),
        marked("Please call us: we book it for you at once."),
    ),
    "link_invalid": Problem(
        HTTPStatus.NOT_FOUND,
        marked("This link does not work"),
        marked("It is not complete, or it was changed on its way."),
        marked("Open it again from our text or mail, and copy all of it."),
    ),
    "link_expired": Problem(
        HTTPStatus.GONE,
        marked("This link is no longer open"),
        marked("Links close some time after the appointment."),
        marked("Call us if you need to change something."),
    ),
    "link_closed": Problem(
        HTTPStatus.GONE,
        marked("This link was closed"),
        marked("It was closed so that nobody else can use it."),
        marked("Please open the newest link we sent you, or call us."),
    ),
    "limit_reached": Problem(
        HTTPStatus.TOO_MANY_REQUESTS,
        marked("That is as much as we take at once"),
        marked("To keep the service fair we limit what one visitor may ask for."),
        marked("Please call us. A person helps."),
    ),
}

BY_STATUS: dict[int, Problem] = {
    400: Problem(
        HTTPStatus.BAD_REQUEST,
        marked("That did not arrive in one piece"),
        marked("The page was open for a long time, or it was sent incomplete."),
        marked("Go back one page, load it again and send it once more."),
    ),
    401: Problem(
        HTTPStatus.UNAUTHORIZED,
        marked("Please sign in"),
        marked("This page is for the clinic's staff."),
        "",
    ),
    403: PROBLEMS["not_permitted"],
    404: PROBLEMS["not_found"],
    405: Problem(
        HTTPStatus.METHOD_NOT_ALLOWED,
        marked("This page cannot be opened like that"),
        marked("Start from the page before it."),
    ),
    413: Problem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        marked("That is too much text"),
        marked("Please shorten it."),
    ),
    429: Problem(
        HTTPStatus.TOO_MANY_REQUESTS,
        marked("That was a lot in a short time"),
        marked("To keep the service fair we slow down many tries in a row."),
        marked("Wait a minute, then try again."),
    ),
    500: Problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        marked("Something broke on our side"),
        marked("Nothing you did. We have noted it."),
        marked("Try again in a minute, or call us."),
    ),
    503: Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        marked("We are busy for a moment"),
        marked("Nothing is lost."),
        marked("Try again in a minute, or call us."),
    ),
}


def problem_of(error: DomainError) -> Problem:
    """Return what a page says about an error, by its code or that of the kind it belongs to."""
    for kind in type(error).__mro__:
        found = PROBLEMS.get(getattr(kind, "code", ""))
        if found:
            return found
    return PROBLEMS["refused"]


def status_of(error: DomainError) -> int:
    """Return the HTTP status of an error, for pages that show it in their own form."""
    return problem_of(error).status.value


def wants_json() -> bool:
    """Tell whether the caller asked for JSON rather than a page."""
    offers = request.accept_mimetypes
    best = offers.best_match(["text/html", "application/json", "application/problem+json"])
    return best is not None and best != "text/html" and offers[best] > offers["text/html"]


def problem_response(problem: Problem, code: str) -> Response:
    """Return a problem as a page, or as application/problem+json when that was asked for."""
    if wants_json():
        reply = jsonify(
            type=f"/problems/{code}",
            title=problem.title,
            status=problem.status.value,
            detail=problem.message,
        )
        reply.mimetype = "application/problem+json"
    else:
        reply = make_response(render_template("pages/problem.html", problem=problem, private=True))
    reply.status_code = problem.status.value
    return reply


def install_problems(app: Flask) -> None:
    """Answer every error of an app with a page or a problem."""

    @app.errorhandler(DomainError)
    def _refused(error: DomainError) -> ResponseReturnValue:
        return problem_response(problem_of(error), error.code)

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> ResponseReturnValue:
        if error.response is not None:
            return error.get_response()
        status = error.code or 500
        if status < HTTPStatus.BAD_REQUEST:
            return error.get_response()
        known = BY_STATUS.get(status) or BY_STATUS[400 if status < 500 else 500]
        reply = problem_response(known, HTTPStatus(status).phrase.lower().replace(" ", "_"))
        reply.status_code = status
        for name, value in error.get_headers():
            if name.lower() in {"retry-after", "allow"}:
                reply.headers[name] = value
        return reply

    @app.errorhandler(InternalServerError)
    def _broke(_error: InternalServerError) -> ResponseReturnValue:
        broke = BY_STATUS[500]
        if wants_json():
            return problem_response(broke, "internal_server_error")
        page = broken_page(
            clinic(), title=broke.title, message=broke.message, next_step=broke.next_step
        )
        return make_response(page, HTTPStatus.INTERNAL_SERVER_ERROR)
