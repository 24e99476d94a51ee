"""The staff's calendar: a day or a week, of one therapist or of all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from booking.accounts.service import SEES_ALL
from booking.desk import calendar as calendars
from booking.intake import service as intakes
from booking.kit.errors import NotFound
from booking.scheduling.models import Appointment
from booking.therapists.models import Therapist
from booking.web.current import clinic, now, runtime
from booking.web.guard import staff
from booking.web.staff.calendar_grid import grid_of
from booking.web.staff.intake import caution_count
from booking.web.staff.layout import in_words, note_view, page
from booking.web.staff.session import me
from booking.web.typed import read_day

bp = Blueprint("staff_calendar", __name__, url_prefix="/staff")

DAYS_OF_VIEW: Final = {"day": 1, "week": 7}
ALL: Final = "all"


@dataclass(frozen=True)
class Whose:
    """Whose calendar is shown: one therapist's, or (None) everybody's, and in which zone."""

    therapist: Therapist | None
    zone: str

    @property
    def ids(self) -> Sequence[int] | None:
        """The therapists to ask for."""
        return None if self.therapist is None else [self.therapist.id]


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
    with runtime().database.reading() as session:
        people = calendars.therapists(session)
        whose = _whose(session, people)
        span = _span(ZoneInfo(whose.zone))
        days = calendars.calendar(
            session, whose.ids, span.first, span.days, ZoneInfo(whose.zone), now=now()
        )
        next_one = (
            calendars.up_next(session, whose.therapist.id, now=now()) if whose.therapist else None
        )
        shown = [a for day in days for a in day.appointments] if span.view == "day" else []
        shown_page = page(
            session,
            "staff/calendar.html",
            grid=grid_of(days, ZoneInfo(whose.zone), now=now()),
            span=span,
            whose=whose,
            people=[] if me().therapist_id is not None else people,
            next_one=next_one,
            starts_in=in_words(next_one.starts_at - now()) if next_one else "",
            cautions=_cautions(session, [*shown, *([next_one] if next_one else [])], whose),
            link=lambda **change: _link(span, whose, **change),
            names={person.id: person.name for person in people},
            one_day=timedelta(days=1),
        )
    note_view(f"calendar {span.view} {span.first}")
    return shown_page


def _whose(session: Session, people: Sequence[Therapist]) -> Whose:
    own = me().therapist_id
    asked = request.args.get("therapist", ALL)
    chosen = next(
        (t for t in people if (t.id == own if own is not None else t.slug == asked)), None
    )
    if chosen is None and me().role not in SEES_ALL:
        raise NotFound("There is no such calendar.")
    if chosen is None:
        return Whose(None, clinic().zone)
    return Whose(chosen, calendars.home_zone(session, chosen.id, clinic().zone))


def _span(zone: ZoneInfo) -> Span:
    today = now().astimezone(zone).date()
    view = request.args.get("view", "day")
    view = view if view in DAYS_OF_VIEW else "day"
    first = read_day(request.args.get("date", "")) or today
    if view == "week":
        first -= timedelta(days=first.weekday())
    return Span(view, first, DAYS_OF_VIEW[view], today)


def _cautions(
    session: Session, appointments: Sequence[Appointment], whose: Whose
) -> Mapping[UUID, int]:
    """Return how many cautions each appointment has; a number only, never which."""
    if whose.therapist is None:
        return {}
    counted: dict[UUID, int] = {}
    for appointment in appointments:
        found = intakes.latest(session, appointment.id)
        if found is not None:
            counted[appointment.id] = caution_count(found[1])
    return counted


def _link(span: Span, whose: Whose, *, view: str = "", day: date | None = None) -> str:
    """Return the address of another day or view of the same calendar."""
    return url_for(
        "staff_calendar.show",
        view=view or span.view,
        date=day or span.first,
        therapist=whose.therapist.slug if whose.therapist and me().therapist_id is None else None,
    )
