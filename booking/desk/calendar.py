"""The staff's calendar: what stands on each day, and when the doors are open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.clinic.actor import OwnPatients
from booking.clinic.unit_of_work import UnitOfWork
from booking.desk import calendar_queries
from booking.intake import service as intakes
from booking.intake.rules.assessment import Assessment
from booking.kit.errors import NotFound
from booking.kit.intervals import Interval, coalesce, intersected
from booking.kit.local_time import local_instant
from booking.scheduling.models import Appointment
from booking.therapists.models import Block, Therapist
from booking.therapists.opening_hours import open_intervals
from booking.therapists.working_hours import read_times

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Day:
    """One day of the calendar, from midnight to midnight in the calendar's zone.

    `appointments` begin on this day, earliest first, cancelled ones included and holds not;
    `open` and `blocks` touch the day; open hours of several therapists are joined.
    """

    day: date
    appointments: list[Appointment]
    open: list[Interval]
    blocks: list[Block]


def calendar(
    uow: UnitOfWork, therapist_ids: Sequence[int], first: date, days: int, zone: ZoneInfo
) -> list[Day]:
    """Return the days from `first` on, of these therapists.

    A constant number of statements, however many therapists and appointments there are.
    Raises NotFound where a therapist asks for somebody else's.
    """
    _check_visible(uow, therapist_ids)
    dates = [first + number * _ONE_DAY for number in range(days)]
    bounds = {day: _midnights(day, zone) for day in dates}
    window = Interval(bounds[dates[0]].start, bounds[dates[-1]].end)
    appointments = calendar_queries.appointments_within(
        uow.session, uow.actor, therapist_ids, window
    )
    blocks = calendar_queries.blocks_within(uow.session, therapist_ids, window)
    hours = _open_hours(uow, therapist_ids, window)
    return [
        Day(
            day=day,
            appointments=[a for a in appointments if bounds[day].holds(a.starts_at)],
            open=intersected(hours, [bounds[day]]),
            blocks=[b for b in blocks if bounds[day].overlaps((b.starts_at, b.ends_at))],
        )
        for day in dates
    ]


def up_next(uow: UnitOfWork, therapist_id: int) -> Appointment | None:
    """Return the session a therapist has before them: the one under way, else the next one.

    Raises NotFound where a therapist asks for somebody else's.
    """
    _check_visible(uow, [therapist_id])
    return calendar_queries.up_next(uow.session, uow.actor, therapist_id, uow.now)


def of_patient(uow: UnitOfWork, patient_id: UUID) -> Sequence[Appointment]:
    """Return those of a patient's appointments that the actor may see, newest first."""
    return calendar_queries.appointments_of_patient(uow.session, uow.actor, patient_id)


def assessments(uow: UnitOfWork, appointments: Sequence[Appointment]) -> Mapping[UUID, Assessment]:
    """Return what the safety rules say of the newest answers for each of these appointments."""
    found = {one.id: intakes.latest(uow, one.id) for one in appointments}
    return {one: answered[1] for one, answered in found.items() if answered is not None}


def own_zone(uow: UnitOfWork) -> str:
    """Return the zone that the actor reads times in: a therapist's own, else the clinic's."""
    match uow.actor.sees:
        case OwnPatients(therapist_id):
            return home_zone(uow, therapist_id)
        case _:
            return uow.clinic.zone


def home_zone(uow: UnitOfWork, therapist_id: int) -> str:
    """Return the zone of a therapist's first place, or the clinic's where they have none."""
    zone = calendar_queries.first_zone_of(uow.session, therapist_id)
    return zone or uow.clinic.zone


def therapists(uow: UnitOfWork) -> Sequence[Therapist]:
    """Return every therapist who has a calendar, by name."""
    return calendar_queries.therapists_by_name(uow.session)


def _check_visible(uow: UnitOfWork, therapist_ids: Sequence[int]) -> None:
    own = uow.actor.sees
    if isinstance(own, OwnPatients) and set(therapist_ids) - {own.therapist_id}:
        raise NotFound


def _midnights(day: date, zone: ZoneInfo) -> Interval:
    # A day with a change of clocks has 23 or 25 hours.
    midnight = time(0)
    return Interval(
        local_instant(day, midnight, zone), local_instant(day + _ONE_DAY, midnight, zone)
    )


def _open_hours(uow: UnitOfWork, therapist_ids: Sequence[int], window: Interval) -> list[Interval]:
    times = read_times(uow, therapist_ids, window)
    # A place may lie in another zone than the calendar: one day more on either side.
    first, last = window.start.date() - _ONE_DAY, window.end.date() + _ONE_DAY
    return coalesce(
        stretch
        for place in calendar_queries.places_of(uow.session, therapist_ids)
        for stretch in open_intervals(
            times.hours.get((place.therapist_id, place.id), ()),
            times.overrides.get((place.therapist_id, place.id), ()),
            ZoneInfo(place.zone),
            first,
            last,
        )
    )
