"""Holds that stand: how many, whose, and the times they keep."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, bindparam, func, select, update
from sqlalchemy.orm import Session

from booking.kit.intervals import Interval
from booking.scheduling.models import Appointment
from booking.scheduling.states import State

_HOLD = cast(Table, Appointment.__table__).c


class LiveHolds(NamedTuple):
    """How many holds stand now: in all, of a therapist, of a visitor, and of one browser."""

    in_all: int
    of_therapist: int
    of_visitor: int
    of_browser: int


def _asked(column: ColumnElement[object], name: str) -> ColumnElement[bool]:
    return column == bindparam(name, type_=column.type)


# Statements made once: making one costs as much as running it. Only holds expire, so the index
# of when they do leads to those that stand, however many sessions there are.
_LIVE = (
    _HOLD.state == State.HELD,
    _HOLD.hold_expires_at > bindparam("now", type_=_HOLD.hold_expires_at.type),
)
_OF_VISITOR = _asked(_HOLD.visitor, "visitor")
_OF_BROWSER = _OF_VISITOR & _asked(_HOLD.browser, "browser")
_OF_THERAPIST = _asked(_HOLD.therapist_id, "therapist")
_COUNT = select(
    func.count(),
    func.count().filter(_OF_THERAPIST),
    func.count().filter(_OF_VISITOR),
    func.count().filter(_OF_BROWSER),
).where(*_LIVE)
_OLDEST = (
    select(_HOLD.id)
    .where(*_LIVE, _OF_BROWSER)
    .order_by(_HOLD.created_at, _HOLD.id)
    .limit(bindparam("most"))
    # One that is being booked just now is in use: nobody waits for it, and nobody ends it.
    .with_for_update(skip_locked=True, key_share=True)
)
# Locked in the order of their ids, so that two who end the same holds never wait crosswise.
_LAPSED = (
    select(_HOLD.id)
    .where(
        _HOLD.state == State.HELD,
        _HOLD.hold_expires_at <= bindparam("now", type_=_HOLD.hold_expires_at.type),
    )
    .order_by(_HOLD.id)
    .with_for_update(key_share=True)
)
_LAPSED_OF_ONE = _LAPSED.where(_OF_THERAPIST)
_STRETCHES = select(_HOLD.blocked_from, _HOLD.blocked_until).where(*_LIVE, _OF_THERAPIST)


def count(
    session: Session, visitor: str, browser: str, therapist_id: int, now: datetime
) -> LiveHolds:
    """Count the holds that stand, in one statement."""
    asked = {"visitor": visitor, "browser": browser, "therapist": therapist_id, "now": now}
    return LiveHolds(*session.connection().execute(_COUNT, asked).one())


def in_all(session: Session, now: datetime) -> int:
    """Count all holds that stand."""
    return session.scalar(select(func.count()).where(*_LIVE), {"now": now}) or 0


def lapsed(session: Session, now: datetime) -> Sequence[UUID]:
    """Lock the holds whose time is over."""
    return session.scalars(_LAPSED, {"now": now}).all()


def lapsed_of(session: Session, therapist_id: int, now: datetime) -> Sequence[UUID]:
    """Lock a therapist's holds whose time is over."""
    return session.scalars(_LAPSED_OF_ONE, {"now": now, "therapist": therapist_id}).all()


def oldest(
    session: Session, visitor: str, browser: str, most: int, now: datetime
) -> Sequence[UUID]:
    """Lock the oldest holds of a browser."""
    asked = {"visitor": visitor, "browser": browser, "most": most, "now": now}
    return session.scalars(_OLDEST, asked).all()


def stretches_of(session: Session, therapist_id: int, now: datetime) -> set[Interval]:
    """Return the times that holds keep of a therapist."""
    rows = session.execute(_STRETCHES, {"therapist": therapist_id, "now": now})
    return {Interval(*row) for row in rows}


def forget_visitors(session: Session, before: datetime) -> int:
    """Forget who took the holds of before an instant; returns of how many."""
    forgotten = session.connection().execute(
        update(Appointment)
        .where(Appointment.visitor.is_not(None), Appointment.created_at < before)
        .values(visitor=None, browser=None)
    )
    return forgotten.rowcount
