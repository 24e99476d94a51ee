"""Which steps a message may take between due and delivered, and what makes it unique."""

from enum import StrEnum
from uuid import UUID

from booking.messaging.kinds import Channel, Kind

WORDS_FAILED = "words_failed"
CANNOT_BE_MADE = "its words cannot be made"
"""How the history and the row name a message that nobody could write: it failed, and alarms."""


class MessageState(StrEnum):
    """Where a message stands."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SENDING = "sending"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    SUPPRESSED = "suppressed"


S = MessageState

_REPORTABLE = frozenset({S.ACCEPTED, S.QUEUED, S.SENT, S.DELIVERED, S.UNDELIVERED, S.FAILED})
"""A report may come before the answer to the call it reports on."""

TRANSITIONS: dict[MessageState, frozenset[MessageState]] = {
    # A report on a message that waits again proves that an earlier attempt was taken after all.
    S.PENDING: _REPORTABLE | {S.CLAIMED, S.CANCELLED, S.EXPIRED, S.SUPPRESSED},
    S.CLAIMED: _REPORTABLE | {S.PENDING, S.SENDING, S.CANCELLED, S.EXPIRED, S.SUPPRESSED},
    S.SENDING: _REPORTABLE | {S.PENDING, S.UNKNOWN},
    S.UNKNOWN: _REPORTABLE | {S.PENDING},
    S.ACCEPTED: frozenset({S.QUEUED, S.SENT, S.DELIVERED, S.UNDELIVERED, S.FAILED}),
    S.QUEUED: frozenset({S.SENT, S.DELIVERED, S.UNDELIVERED, S.FAILED}),
    S.SENT: frozenset({S.DELIVERED, S.UNDELIVERED, S.FAILED}),
    S.DELIVERED: frozenset(),
    S.UNDELIVERED: frozenset(),
    S.FAILED: frozenset(),
    S.CANCELLED: frozenset(),
    S.EXPIRED: frozenset(),
    S.SUPPRESSED: frozenset(),
}

FINAL = frozenset(state for state, onward in TRANSITIONS.items() if not onward)
UNSENT = frozenset({S.PENDING, S.CLAIMED})

_REPORTED: dict[str, MessageState] = {
    "accepted": S.ACCEPTED,
    "scheduled": S.ACCEPTED,
    "queued": S.QUEUED,
    "sending": S.QUEUED,
    "sent": S.SENT,
    "delivered": S.DELIVERED,
    "read": S.DELIVERED,
    "undelivered": S.UNDELIVERED,
    "failed": S.FAILED,
    "canceled": S.FAILED,
}

_RANKS: dict[MessageState, int] = {
    S.PENDING: 0,
    S.CLAIMED: 0,
    S.SENDING: 0,
    S.UNKNOWN: 0,
    S.ACCEPTED: 1,
    S.QUEUED: 2,
    S.SENT: 3,
    S.DELIVERED: 4,
    S.UNDELIVERED: 4,
    S.FAILED: 4,
}


def may_become(current: MessageState, wanted: MessageState) -> bool:
    """Tell whether the table of transitions has this step."""
    return wanted in TRANSITIONS[current]


def reported_state(status: str) -> MessageState | None:
    """Return the state a carrier's status word stands for, or None for a word not known."""
    return _REPORTED.get(status)


def after_report(current: MessageState, reported: MessageState) -> MessageState:
    """Return the state after a carrier's report.

    Reports arrive in any order and more than once: only one of a higher rank counts, and a
    final state never changes.
    """
    if current in FINAL:
        return current
    return reported if _RANKS[reported] > _RANKS[current] else current


def dedupe_key(kind: Kind, channel: Channel, subject: UUID | str, *parts: object) -> str:
    """Return the key that makes a message unique: its kind, its subject and what tells it apart.

    `subject` is the appointment, check-in or inbound message it belongs to; `parts` are the
    version and the offset, where it has them.
    """
    return ":".join(str(part) for part in (kind, channel, subject, *parts))
