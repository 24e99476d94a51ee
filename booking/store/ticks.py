"""Signs of life of what must keep going."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.models import Tick

SENDING = "sending"


def seen(session: Session, name: str, at: datetime) -> None:
    """Note that a part was seen going."""
    tick = session.get(Tick, name)
    if tick is None:
        session.merge(Tick(name=name, at=at))
    elif tick.at < at:
        tick.at = at


def last(session: Session, name: str) -> datetime | None:
    """Return when a part was last seen going."""
    tick = session.get(Tick, name)
    return tick.at if tick else None
