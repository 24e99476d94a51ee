"""The staff's calendar: a day or a week, of one therapist or of all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from booking.clinic.actor import OwnPatients
from booking.clinic.unit_of_work import UnitOfWork
from booking.desk import calendar as calendars
from booking.kit.errors import NotFound
from booking.scheduling.models import Appointment
from booking.therapists.models import Therapist
from booking.web.current import now, read_only
from booking.web.guard import staff
from booking.web.staff.calendar_grid import grid_of
from booking.web.staff.intake import caution_count
from booking.web.staff.layout import in_words, note_view, render_staff
from booking.web.staff.session import current_actor
from booking.web.typed import read_day

bp = Blueprint("staff_calendar", __name__, url_prefix="/staff")

DAYS_OF_VIEW: Final = {"day": 1, "week": 7}
ALL: Final = "all"


@dataclass(frozen=True)
class Whose:
    """Whose calendar is shown: one therapist's, or (None) everybody's, and in which zone."""

    therapist: Therapist | None
    zone: str
    ids: Sequence[int]


@dataclass(frozen=True)
class Span:
    """The days shown, and where today lies."""

    view: str
    first: date
    days: int
    today: date

    @property
    def last(self) -> date:
        """The last day shown."""
        return self.first + timedelta(days=self.days - 1)


@bp.get("/")
@staff()
def show() -> ResponseReturnValue:
    """Show the day or the week that was asked for; today where it was not."""
    with read_only(current_actor()) as uow:
        people = calendars.therapists(uow)
        whose = _whose(uow, people)
        span = _span(ZoneInfo(whose.zone))
        days = calendars.calendar(uow, whose.ids, span.first, span.days, ZoneInfo(whose.zone))
        next_one = calendars.up_next(uow, whose.therapist.id) if whose.therapist else None
        shown = [a for day in days for a in day.appointments] if span.view == "day" else []
        shown_page = render_staff(
            uow,
            "staff/calendar.html",
            grid=grid_of(days, ZoneInfo(whose.zone), now=now()),
            span=span,
            whose=whose,
            people=[] if isinstance(current_actor().sees, OwnPatients) else people,
            next_one=next_one,
            starts_in=in_words(next_one.starts_at - now()) if next_one else "",
            cautions=_cautions(uow, [*shown, *([next_one] if next_one else [])], whose),
            link=lambda **change: _link(span, whose, **change),
            names={person.id: person.name for person in people},
            one_day=timedelta(days=1),
        )
    note_view(f"calendar {span.view} {span.first}")
    return shown_page


def _whose(uow: UnitOfWork, people: Sequence[Therapist]) -> Whose:
    match uow.actor.sees:
        case OwnPatients(own):
            chosen = next((one for one in people if one.id == own), None)
            if chosen is None:
                raise NotFound
        case _:
            asked = request.args.get("therapist", ALL)
            chosen = next((one for one in people if one.slug == asked), None)
    if chosen is None:
        return Whose(None, uow.clinic.zone, [one.id for one in people])
    return Whose(chosen, calendars.home_zone(uow, chosen.id), [chosen.id])


def _span(zone: ZoneInfo) -> Span:
    today = now().astimezone(zone).date()
    view = request.args.get("view", "day")
    view = view if view in DAYS_OF_VIEW else "day"
    first = read_day(request.args.get("date", "")) or today
    if view == "week":
        first -= timedelta(days=first.weekday())
    return Span(view, first, DAYS_OF_VIEW[view], today)


def _cautions(
    uow: UnitOfWork, appointments: Sequence[Appointment], whose: Whose
) -> Mapping[UUID, int]:
    """Return how many cautions each appointment has; a number only, never which."""
    if whose.therapist is None:
        return {}
    found = calendars.assessments(uow, appointments)
    return {one: caution_count(assessment) for one, assessment in found.items()}


def _link(span: Span, whose: Whose, *, view: str = "", day: date | None = None) -> str:
    """Return the address of another day or view of the same calendar."""
    return url_for(
        "staff_calendar.show",
        view=view or span.view,
        date=day or span.first,
        therapist=None
        if whose.therapist is None or isinstance(current_actor().sees, OwnPatients)
        else whose.therapist.slug,
    )
