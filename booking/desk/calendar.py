"""The staff's calendar: what stands on each day, and when the doors are open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from booking.kit.intervals import Interval, intersected, merged
from booking.kit.local_time import local_instant
from booking.scheduling.models import Appointment
from booking.scheduling.states import State
from booking.therapists.models import Block, Location, Therapist
from booking.therapists.opening_hours import open_intervals
from booking.therapists.working_hours import read_times

_ONE_DAY = timedelta(days=1)

AHEAD = frozenset({State.BOOKED, State.CONFIRMED, State.ARRIVED})
"""The states of a session that somebody will be, or is, here for."""


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
    session: Session,
    therapist_ids: Sequence[int] | None,
    first: date,
    days: int,
    zone: ZoneInfo,
    *,
    now: datetime,
) -> list[Day]:
    """Return the days from `first` on, of these therapists or (None) of all.

    A constant number of statements, however many therapists and appointments there are.
    """
    dates = [first + number * _ONE_DAY for number in range(days)]
    bounds = {day: _midnights(day, zone) for day in dates}
    window = Interval(bounds[dates[0]].start, bounds[dates[-1]].end)
    ids = _all_ids(session) if therapist_ids is None else list(therapist_ids)
    appointments = _appointments(session, Appointment.therapist_id.in_(ids), window)
    blocks = session.scalars(
        select(Block)
        .where(
            Block.therapist_id.in_(ids),
            Block.ends_at > window.start,
            Block.starts_at < window.end,
        )
        .order_by(Block.starts_at)
    ).all()
    hours = _open_hours(session, ids, window)
    return [
        Day(
            day=day,
            appointments=[a for a in appointments if bounds[day].holds(a.starts_at)],
            open=intersected(hours, [bounds[day]]),
            blocks=[b for b in blocks if bounds[day].overlaps((b.starts_at, b.ends_at))],
        )
        for day in dates
    ]


def up_next(session: Session, therapist_id: int, *, now: datetime) -> Appointment | None:
    """Return the session a therapist has before them: the one under way, else the next one."""
    return session.scalar(
        select(Appointment)
        .where(
            Appointment.therapist_id == therapist_id,
            Appointment.state.in_(AHEAD),
            Appointment.ends_at > now,
        )
        .order_by(Appointment.starts_at)
        .limit(1)
    )


def of_patient(
    session: Session, patient_id: UUID, *, therapist_id: int | None = None
) -> Sequence[Appointment]:
    """Return a patient's appointments, newest first; with a therapist only those with them."""
    query = (
        select(Appointment)
        .where(Appointment.patient_id == patient_id, Appointment.state != State.HELD)
        .order_by(Appointment.starts_at.desc(), Appointment.id)
        .options(joinedload(Appointment.service), joinedload(Appointment.therapist))
    )
    if therapist_id is not None:
        query = query.where(Appointment.therapist_id == therapist_id)
    return session.scalars(query).all()


def home_zone(session: Session, therapist_id: int, otherwise: str) -> str:
    """Return the zone of a therapist's first place, or the other one where they have none."""
    zone = session.scalar(
        select(Location.zone)
        .where(Location.therapist_id == therapist_id)
        .order_by(Location.name)
        .limit(1)
    )
    return zone or otherwise


def therapists(session: Session) -> Sequence[Therapist]:
    """Return every therapist who has a calendar, by name."""
    return session.scalars(select(Therapist).order_by(Therapist.name, Therapist.id)).all()


def _midnights(day: date, zone: ZoneInfo) -> Interval:
    # A day with a change of clocks has 23 or 25 hours.
    midnight = time(0)
    return Interval(
        local_instant(day, midnight, zone), local_instant(day + _ONE_DAY, midnight, zone)
    )


def _all_ids(session: Session) -> list[int]:
    return list(session.scalars(select(Therapist.id)))


def _appointments(
    session: Session, whose: ColumnElement[bool], window: Interval
) -> Sequence[Appointment]:
    # A cancelled hold nobody finished has no patient: that is no appointment.
    return session.scalars(
        select(Appointment)
        .where(
            whose,
            Appointment.state != State.HELD,
            Appointment.patient_id.is_not(None),
            Appointment.starts_at >= window.start,
            Appointment.starts_at < window.end,
        )
        .order_by(Appointment.starts_at, Appointment.id)
        .options(
            joinedload(Appointment.patient),
            joinedload(Appointment.service),
            joinedload(Appointment.location),
            joinedload(Appointment.therapist),
        )
    ).all()


def _open_hours(session: Session, therapist_ids: Sequence[int], window: Interval) -> list[Interval]:
    times = read_times(session, therapist_ids, window)
    # A place may lie in another zone than the calendar: one day more on either side.
    first, last = window.start.date() - _ONE_DAY, window.end.date() + _ONE_DAY
    places = session.scalars(select(Location).where(Location.therapist_id.in_(therapist_ids)))
    return merged(
        stretch
        for place in places
        for stretch in open_intervals(
            times.hours.get((place.therapist_id, place.id), ()),
            times.overrides.get((place.therapist_id, place.id), ()),
            ZoneInfo(place.zone),
            first,
            last,
        )
    )
