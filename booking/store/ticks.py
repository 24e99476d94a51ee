"""Signs of life of what must keep going."""

from datetime import datetime

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from booking.domain.clocks import SKEW
from booking.models import Tick
from booking.store.upsert import insert_or_ignore

SENDING = "sending"


def seen(session: Session, name: str, at: datetime) -> None:
    """Note that a part was seen going."""
    is_first = insert_or_ignore(session, Tick, {"name": name, "at": at}, ["name"])
    if not is_first:
        session.execute(
            update(Tick)
            .where(Tick.name == name, or_(Tick.at < at, Tick.at > at + SKEW))
            .values(at=at)
        )


def last(session: Session, name: str) -> datetime | None:
    """Return when a part was last seen going."""
    tick = session.get(Tick, name)
    return tick.at if tick else None
