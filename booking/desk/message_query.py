"""What of the message log is asked for."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from booking.messaging.kinds import Channel, Kind, Lane
from booking.messaging.message import MessageState


class Cursor(NamedTuple):
    """Where a page of the message log ends: the next one goes on after it."""

    due_at: datetime
    id: UUID


@dataclass(frozen=True)
class MessageQuery:
    """What of the message log is asked for; None asks for all.

    `due_from` is within, `due_until` is not.
    """

    states: frozenset[MessageState] | None = None
    kind: Kind | None = None
    channel: Channel | None = None
    lane: Lane | None = None
    due_from: datetime | None = None
    due_until: datetime | None = None
    appointment_id: UUID | None = None
