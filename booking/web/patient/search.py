"""Finding a therapist, and a therapist's own page with the free times."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from booking.clinic.actor import System
from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.errors import NotFound
from booking.scheduling import availability
from booking.scheduling.rules.slots import Slot
from booking.therapists.models import Service
from booking.web.current import now, read_only
from booking.web.guard import public
from booking.web.patient.profile import profile_of
from booking.web.typed import read_day
from booking.web.zones import is_zone, visitor_zone, zone_info, zone_options

bp = Blueprint("therapists", __name__)

DAYS_SHOWN = 7
LISTINGS_SHOWN = 24


@dataclass(frozen=True)
class DayOfSlots:
    """The free starts of one day of the visitor's calendar."""

    date: date
    starts: list[datetime]


@dataclass(frozen=True)
class Week:
    """Days with their free starts, and the ways to the days before and after."""

    days: list[DayOfSlots]
    earlier: date | None
    later: date | None
    next_free: datetime | None


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    """Show the search and the therapists it finds, soonest first."""
    wish = availability.SearchCriteria(
        expertise=_asked("expertise"),
        place=_asked("place"),
        language=_asked("language"),
        before=_latest_start(request.args.get("when", "")),
    )
    with read_only(System.BOOKING_PAGE) as uow:
        found = availability.search(uow, wish, most=LISTINGS_SHOWN)
        return render_template(
            "patient/search/index.html",
            listings=[
                (one, profile_of(one.therapist, one.location.jurisdiction, on=now().date()))
                for one in found.listings
            ],
            more=found.count - len(found.listings),
            choices=found.choices,
            asked=request.args,
            searched=any(
                request.args.get(key) for key in ("expertise", "place", "language", "when")
            ),
            zone=visitor_zone(""),
        )


@bp.get("/therapists/<slug>")
@public
def show(slug: str) -> ResponseReturnValue:
    """Show a therapist's profile and the free times of one service."""
    with read_only(System.BOOKING_PAGE) as uow:
        therapist = availability.therapist_by_slug(uow, slug)
        services = [service for service in therapist.services if service.active]
        service = _chosen_service(services)
        zone = visitor_zone(service.location.zone)
        return render_template(
            "patient/search/show.html",
            therapist=therapist,
            profile=profile_of(therapist, service.location.jurisdiction, on=now().date()),
            services=services,
            service=service,
            zone=zone,
            zones=zone_options(zone, service.location.zone),
            week=week_of_slots(uow, service.id, zone),
        )


def week_of_slots(
    uow: UnitOfWork, service_id: UUID, zone: str, *, moving: UUID | None = None
) -> Week:
    """Return the free starts of the seven days the visitor asked for with `from`."""
    today = uow.now.astimezone(zone_info(zone)).date()
    last = (uow.now + uow.policies.booking.horizon).astimezone(zone_info(zone)).date()
    first = min(max(_asked_day() or today, today), last)
    slots = availability.free_slots(
        uow, service_id, first=first, days=DAYS_SHOWN, zone=zone_info(zone), moving=moving
    )
    soonest = None
    if not slots:
        upcoming = availability.next_free(uow, service_id, uow.now, limit=1, moving=moving)
        soonest = upcoming[0].starts_at if upcoming else None
    later = first + timedelta(days=DAYS_SHOWN)
    return Week(
        days=_by_day(slots, first, zone),
        earlier=max(first - timedelta(days=DAYS_SHOWN), today) if first > today else None,
        later=later if later <= last else None,
        next_free=soonest,
    )


def _by_day(slots: Sequence[Slot], first: date, zone: str) -> list[DayOfSlots]:
    days = [DayOfSlots(first + timedelta(days=n), []) for n in range(DAYS_SHOWN)]
    by_date = {day.date: day for day in days}
    for slot in slots:
        day = by_date.get(slot.starts_at.astimezone(zone_info(zone)).date())
        if day is not None:
            day.starts.append(slot.starts_at)
    return days


def _chosen_service(services: Sequence[Service]) -> Service:
    if not services:
        raise NotFound
    asked = request.args.get("service", "")
    return next((service for service in services if str(service.id) == asked), services[0])


def _asked(name: str) -> str | None:
    return request.args.get(name, "").strip()[:80] or None


def _asked_day() -> date | None:
    return read_day(request.args.get("from", ""))


def _latest_start(when: str) -> datetime | None:
    """Return the end of the time asked for: three days, a week, two weeks, or any time."""
    days = {"3": 3, "7": 7, "14": 14}.get(when)
    return now() + timedelta(days=days) if days else None


def zone_asked(fallback: str) -> str:
    """Return the zone that a form carried, or the visitor's."""
    carried = request.form.get("zone", "")
    return carried if is_zone(carried) else visitor_zone(fallback)
