"""What a phone is about to get: texts on their way to it, and texts planned for it."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import HANDED_OVER, NEVER_ARRIVES, UNSENT
from booking.messaging.models import Message


def on_their_way_until(
    session: Session, appointment_id: UUID, phone: str, lease: timedelta
) -> datetime | None:
    """Return when the last text about an appointment will have reached the carrier, if ever.

    A sender writes nothing to the carrier after its lease. A text whose fate is unknown has no
    lease any more, but may be on the wire for as long as one.
    """
    begun = session.execute(
        select(Message.send_started_at, Message.lease_until).where(
            Message.appointment_id == appointment_id,
            Message.recipient == phone,
            Message.channel == Channel.SMS,
            Message.state.in_(HANDED_OVER),
        )
    )
    ends = (until or started + lease for started, until in begun if started is not None)
    return max(ends, default=None)


def times_of_texts(
    session: Session, phone: str, kinds: Collection[Kind], since: datetime
) -> list[datetime]:
    """Return when texts of some kinds left for a phone after an instant, or are to leave."""
    rows = session.execute(
        select(Message.state, Message.send_started_at, Message.next_attempt_at).where(
            Message.recipient == phone,
            Message.channel == Channel.SMS,
            Message.kind.in_(kinds),
            Message.state.not_in(NEVER_ARRIVES),
            or_(Message.state.in_(UNSENT), Message.send_started_at > since),
        )
    )
    return [
        next_at if state in UNSENT or started is None else started
        for state, started, next_at in rows
    ]
