"""Signs of life of what must keep going."""

from datetime import datetime

from sqlalchemy import or_, select, text, update
from sqlalchemy.orm import Session

from booking.kit.clock_skew import SKEW
from booking.kit.upsert import insert_or_ignore
from booking.monitoring.models import Heartbeat

SENDING = "sending"
CLOCK_SET_BACK = "clock_set_back"
CLOCK_BEFORE = "clock_before"
"""When a clock was seen to be set back, and what it said before."""
PROBE = "probe"
"""Written by whoever asks whether the database can be written."""


def mark(session: Session, name: str, at: datetime) -> None:
    """Note that a part was seen going."""
    is_first = insert_or_ignore(session, Heartbeat, {"name": name, "at": at}, ["name"])
    if not is_first:
        session.execute(
            update(Heartbeat)
            .where(Heartbeat.name == name, or_(Heartbeat.at < at, Heartbeat.at > at + SKEW))
            .values(at=at)
        )


def put(session: Session, name: str, at: datetime) -> None:
    """Note an instant, whether it is later than the one before or not."""
    if not insert_or_ignore(session, Heartbeat, {"name": name, "at": at}, ["name"]):
        session.execute(update(Heartbeat).where(Heartbeat.name == name).values(at=at))


def last_of(session: Session, *names: str) -> dict[str, datetime]:
    """Return when each of some parts was last seen going, in one statement."""
    rows = session.execute(select(Heartbeat.name, Heartbeat.at).where(Heartbeat.name.in_(names)))
    return dict(rows.all())


def last(session: Session, name: str) -> datetime | None:
    """Return when a part was last seen going."""
    tick = session.get(Heartbeat, name)
    return tick.at if tick else None


def ping(session: Session) -> None:
    """Ask the database for anything at all."""
    session.execute(text("SELECT 1"))


def bring_heartbeats_back(session: Session, now: datetime) -> None:
    """Count from now what was last seen, or told, by the clock that was ahead."""
    session.execute(update(Heartbeat).where(Heartbeat.at > now + SKEW).values(at=now))
