"""The time on the wall that an appointment was agreed at: its columns, and the reads by it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.kit.wall_time import WallTime, wall_time
from booking.scheduling.models import Appointment
from booking.scheduling.states import BLOCKING_STATES, State
from booking.therapists.models import Location

AT_ONCE = 1_000


def wall_columns(wall: WallTime) -> dict[str, Any]:
    """Return a wall time as an appointment's columns."""
    return {
        "wall_start": wall.start,
        "wall_zone": wall.zone,
        "wall_offset": int(wall.offset.total_seconds()),
    }


def wall_of(appointment: Appointment) -> WallTime | None:
    """Return what was agreed, or None where it is not known yet."""
    start, zone, offset = (
        appointment.wall_start,
        appointment.wall_zone,
        appointment.wall_offset,
    )
    if start is None or zone is None or offset is None:
        return None
    return WallTime(start, zone, timedelta(seconds=offset))


def fill(session: Session) -> int:
    """Give a wall time to rows that have none; returns how many, at most `AT_ONCE`.

    A version before there were wall times may have written them.
    """
    missing = session.execute(
        select(Appointment.id, Appointment.starts_at, Location.zone)
        .join(Location, Location.id == Appointment.location_id)
        .where(Appointment.wall_start.is_(None))
        .order_by(Appointment.id)
        .limit(AT_ONCE)
    ).all()
    for id_, starts_at, zone in missing:
        session.execute(
            update(Appointment)
            .where(Appointment.id == id_, Appointment.starts_at == starts_at)
            .values(**wall_columns(wall_time(starts_at, zone)))
        )
    return len(missing)


def ahead(session: Session, now: datetime) -> Sequence[Appointment]:
    """Return the live appointments that have not begun, the earliest first."""
    return session.scalars(
        select(Appointment)
        .where(
            Appointment.state.in_(sorted(BLOCKING_STATES | {State.NEEDS_REASSIGNMENT})),
            Appointment.starts_at > now,
            Appointment.wall_start.is_not(None),
        )
        .order_by(Appointment.starts_at, Appointment.id)
    ).all()
