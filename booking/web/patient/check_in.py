"""Answering a check-in on the web: three numbers, and more only for who wants to."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking.checkins import screening
from booking.checkins import service as check_ins
from booking.checkins.models import CheckIn
from booking.checkins.rules.scores import Scores
from booking.checkins.service import NewAnswer
from booking.clinic.actor import System
from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.errors import Flaw, InvalidInput
from booking.kit.links import Scope
from booking.safety import alerts
from booking.safety.rules.red_flags import Tier
from booking.scheduling import appointments
from booking.web.current import now, read_only, unit_of_work
from booking.web.guard import by_link, link_mark, subject
from booking.web.limits import LINK_LIMIT, limited
from booking.web.patient.link_holder import speak_as_booked
from booking.web.problems import Problem
from booking.web.send_again import shown_again_by
from booking.web.sentences import sentence
from booking.web.typed import read_number

bp = Blueprint("check_ins", __name__)

ITEMS = ("pain", "tiredness", "stiffness")
EXTRAS = ("sleep", "stress")
HIGHEST = 10
LONGEST_NOTE = 1_000


@bp.get("/c/<token>")
@by_link(Scope.CHECK_IN)
def show(token: str) -> ResponseReturnValue:
    """Ask for the three numbers, or say that they are here."""
    with read_only(System.BOOKING_PAGE) as uow:
        check_in = _opened(uow)
        urgent = alerts.gravest_of_check_in(uow, check_in.id)
        return _page(token, check_in, _values_of(check_in), {}, urgent=urgent)


@bp.post("/c/<token>")
@limited(LINK_LIMIT)
@by_link(Scope.CHECK_IN)
@shown_again_by(lambda why, token: _filled_in(token, why))
def answer(token: str) -> ResponseReturnValue:
    """Keep the numbers; within the hour a second answer replaces the first."""
    values = _typed()
    flaws = _flaws(values)
    will_come_again = bool(flaws)
    if not flaws:
        try:
            with unit_of_work(System.BOOKING_PAGE) as uow:
                check_ins.record_by_link(uow, subject(), _answer_of(values), mark=link_mark())
        except InvalidInput as refused:
            flaws = refused.flaws or {"pain": refused.flaw}
    if flaws:
        _heed_note(values["note"], will_come_again=will_come_again)
        with read_only(System.BOOKING_PAGE) as uow:
            check_in = _opened(uow)
            urgent = alerts.gravest_of_check_in(uow, check_in.id)
            errors = {name: sentence(flaw) for name, flaw in flaws.items()}
            return _page(token, check_in, values, errors, urgent=urgent), 422
    return redirect(url_for("check_ins.show", token=token, _anchor="main"), 303)


def _filled_in(token: str, why: Problem) -> ResponseReturnValue:
    """Show the form again, filled in, where its token died with the browser's session."""
    with read_only(System.BOOKING_PAGE) as uow:
        check_in = _opened(uow)
        return _page(token, check_in, _typed(), {"pain": f"{why.message} {why.next_step}".strip()})


def _opened(uow: UnitOfWork) -> CheckIn:
    """Return the check-in of the link; its page speaks the language that the booking asked for."""
    check_in = check_ins.get(uow, subject())
    speak_as_booked(appointments.get(uow, check_in.appointment_id))
    return check_in


def _heed_note(note: str, *, will_come_again: bool) -> None:
    """Let no words of danger go with an answer that cannot be kept."""
    if not note:
        return
    with unit_of_work(System.BOOKING_PAGE) as uow:
        check_in = check_ins.get(uow, subject())
        screening.screen_refused_note(uow, check_in, note, will_come_again=will_come_again)


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "").strip() for name in (*ITEMS, *EXTRAS, "note")}


def _flaws(values: dict[str, str]) -> dict[str, Flaw]:
    unchosen = Flaw("number_not_chosen", {"highest": HIGHEST})
    flaws = {item: unchosen for item in ITEMS if _score(values[item]) is None}
    flaws |= {name: unchosen for name in EXTRAS if values[name] and _score(values[name]) is None}
    if len(values["note"]) > LONGEST_NOTE:
        flaws["note"] = Flaw("note_too_long", {"longest": LONGEST_NOTE})
    return flaws


def _answer_of(values: dict[str, str]) -> NewAnswer:
    return NewAnswer(
        Scores(*(int(values[item]) for item in ITEMS)),
        source="web",
        sleep=_score(values["sleep"]),
        stress=_score(values["stress"]),
        note=values["note"] or None,
    )


def _score(raw: str) -> int | None:
    return read_number(raw, HIGHEST)


def _values_of(check_in: CheckIn) -> dict[str, str]:
    given = next((one for one in check_in.answers if one.replaced_at is None), None)
    if given is None:
        return {}
    kept = {name: getattr(given, name) for name in (*ITEMS, *EXTRAS, "note")}
    return {name: str(value) for name, value in kept.items() if value is not None}


def _page(
    token: str,
    check_in: CheckIn,
    values: dict[str, str],
    errors: dict[str, str],
    *,
    urgent: Tier | None = None,
) -> str:
    return render_template(
        "patient/check_in/show.html",
        check_in=check_in,
        answered=any(one.replaced_at is None for one in check_in.answers),
        open=check_ins.is_open(check_in, now()),
        values=values,
        errors=errors,
        token=token,
        urgent=urgent.value if urgent else "",
        private=True,
    )
