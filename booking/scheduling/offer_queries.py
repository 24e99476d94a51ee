"""What can be booked: each service with all that decides whether and when, as one row.

A search looks at a thousand therapists and shows twenty-four. As objects their hours,
credentials and sessions cost half a second; here the database packs what belongs to one
therapist into a few texts, and one statement brings everything.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, Text, bindparam, cast, literal, or_, select
from sqlalchemy.orm import Session

from booking.kit.any_of import among
from booking.kit.intervals import Interval
from booking.kit.packed_rows import pack
from booking.scheduling.models import Appointment
from booking.scheduling.offer import Eligibility, Offer
from booking.scheduling.states import BLOCKING_STATES, State
from booking.therapists.eligibility import APPROVED_STATES
from booking.therapists.models import (
    Block,
    Credential,
    DayOverride,
    Location,
    Service,
    Therapist,
    WeeklyHours,
)

NOBODY = UUID(int=0)
"""Stands where no appointment is to be ignored."""

_ONE_DAY = timedelta(days=1)
_OVER = sorted(frozenset(State) - BLOCKING_STATES)
"""The states that leave a time free. Asking for what is not over, instead of what is live, keeps
PostgreSQL from reading the whole index of the exclusion constraint, which leaves these out."""


@dataclass(frozen=True)
class AvailabilityQuery:
    """What is read of each offer: the busy times around a window, as they are now.

    `ignoring` names an appointment whose own time counts as free; `with_starts` reads also
    how many sessions each day has.
    """

    window: Interval
    now: datetime
    ignoring: UUID | None = None
    with_starts: bool = False

    def parameters(self) -> dict[str, Any]:
        """Return the values of the statement's parameters."""
        # A session that begins in the window may end, with its buffers, well after it; and a
        # day of the place may begin a day and an hour before the window.
        return {
            "since": self.window.start - _ONE_DAY,
            "until": self.window.end + _ONE_DAY,
            "days_since": self.window.start - 2 * _ONE_DAY,
            "days_until": self.window.end + 2 * _ONE_DAY,
            "first": self.window.start.date() - 2 * _ONE_DAY,
            "last": self.window.end.date() + 2 * _ONE_DAY,
            "at": self.now,
            "ignoring": self.ignoring or NOBODY,
        }


def offer(session: Session, service_id: UUID, reading: AvailabilityQuery) -> Offer | None:
    """Return an active service as an offer, in one statement."""
    statement = _one(reading.with_starts)
    row = session.execute(statement, {**reading.parameters(), "service": service_id}).first()
    return _read(row) if row else None


def all_offers(session: Session, reading: AvailabilityQuery) -> list[Offer]:
    """Return the active services of all approved therapists, in one statement.

    A therapist's offers follow each other, the shortest first.
    """
    rows = session.execute(_approved(reading.with_starts), reading.parameters())
    return [_read(row) for row in rows]


def offers(
    session: Session, service_ids: Collection[UUID], reading: AvailabilityQuery
) -> list[Offer]:
    """Return some active services as offers, in one statement."""
    chosen = _offers(reading.with_starts).where(among(session, Service.id, service_ids))
    return [_read(row) for row in session.execute(chosen, reading.parameters())]


def eligibility(session: Session, service_id: UUID) -> Eligibility | None:
    """Return what decides whether a service may take place, active or not."""
    row = session.execute(_STANDING, {"service": service_id}).first()
    return Eligibility(*row) if row else None


def _read(row: Iterable[Any]) -> Offer:
    state, jurisdiction, zone, credentials, *rest = row
    return Offer(Eligibility(state, jurisdiction, zone, credentials or ""), *rest)


# -- statements, made once: making one costs more than running it --------------------------


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table


_THERAPIST, _SERVICE, _PLACE = _table(Therapist), _table(Service), _table(Location)
_TAKEN, _BLOCK = _table(Appointment), _table(Block)
_HOURS, _OTHER, _CLAIM = _table(WeeklyHours), _table(DayOverride), _table(Credential)
_FROM = _SERVICE.join(_THERAPIST, _THERAPIST.c.id == _SERVICE.c.therapist_id).join(
    _PLACE, _PLACE.c.id == _SERVICE.c.location_id
)
_STANDING_COLUMNS = (
    cast(_THERAPIST.c.application_state, Text),
    _PLACE.c.jurisdiction,
    _PLACE.c.zone,
    pack(
        _CLAIM.c.type,
        _CLAIM.c.jurisdiction,
        _CLAIM.c.expires_on,
        _CLAIM.c.status,
        _CLAIM.c.checked_on,
        where=[_CLAIM.c.therapist_id == _THERAPIST.c.id],
    ),
)
_OF_SERVICE = _SERVICE.c.id == bindparam("service", type_=_SERVICE.c.id.type)
_STANDING = select(*_STANDING_COLUMNS).select_from(_FROM).where(_OF_SERVICE)


def _instant_parameter(name: str) -> ColumnElement[Any]:
    return bindparam(name, type_=_TAKEN.c.starts_at.type)


@cache
def _offers(with_starts: bool) -> Select[Any]:
    therapist, place = _THERAPIST.c.id, _SERVICE.c.location_id
    live = (
        _TAKEN.c.therapist_id == therapist,
        _TAKEN.c.state.not_in(_OVER),
        _TAKEN.c.id != bindparam("ignoring", type_=_TAKEN.c.id.type),
    )
    hours = (_HOURS.c.therapist_id == therapist, _HOURS.c.location_id == place)
    other = (
        _OTHER.c.therapist_id == therapist,
        _OTHER.c.location_id == place,
        _OTHER.c.day.between(
            bindparam("first", type_=_OTHER.c.day.type), bindparam("last", type_=_OTHER.c.day.type)
        ),
    )
    taken = (
        *live,
        _TAKEN.c.blocked_until > _instant_parameter("since"),
        _TAKEN.c.blocked_from < _instant_parameter("until"),
        or_(_TAKEN.c.state != State.HELD, _TAKEN.c.hold_expires_at > _instant_parameter("at")),
    )
    blocks = (
        _BLOCK.c.therapist_id == therapist,
        _BLOCK.c.ends_at > _instant_parameter("since"),
        _BLOCK.c.starts_at < _instant_parameter("until"),
    )
    # Those who end after a time are found by the index, and all who begin after it are among them.
    starts = (
        *live,
        _TAKEN.c.blocked_until > _instant_parameter("days_since"),
        _TAKEN.c.starts_at >= _instant_parameter("days_since"),
        _TAKEN.c.starts_at < _instant_parameter("days_until"),
    )
    return (
        select(
            *_STANDING_COLUMNS,
            _SERVICE.c.id,
            _SERVICE.c.therapist_id,
            _SERVICE.c.location_id,
            _SERVICE.c.minutes,
            _SERVICE.c.minutes_before,
            _SERVICE.c.minutes_after,
            _PLACE.c.city,
            cast(_THERAPIST.c.expertise, Text),
            cast(_THERAPIST.c.languages, Text),
            pack(_HOURS.c.weekday, _HOURS.c.opens, _HOURS.c.closes, where=hours),
            pack(_OTHER.c.day, _OTHER.c.opens, _OTHER.c.closes, where=other),
            pack(_TAKEN.c.blocked_from, _TAKEN.c.blocked_until, where=taken),
            pack(_BLOCK.c.starts_at, _BLOCK.c.ends_at, where=blocks),
            pack(_TAKEN.c.starts_at, where=starts) if with_starts else literal(None, Text),
        )
        .select_from(_FROM)
        .where(_SERVICE.c.active)
    )


@cache
def _one(with_starts: bool) -> Select[Any]:
    return _offers(with_starts).where(_OF_SERVICE)


@cache
def _approved(with_starts: bool) -> Select[Any]:
    return (
        _offers(with_starts)
        .where(_THERAPIST.c.application_state.in_(sorted(APPROVED_STATES)))
        .order_by(_THERAPIST.c.id, _SERVICE.c.minutes, _SERVICE.c.id)
    )
