"""Which steps a message may take between due and delivered, and what makes it unique."""

from enum import StrEnum
from uuid import UUID

from booking.messaging.kinds import Channel, Kind


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


class RepeatedAs(StrEnum):
    """How a message repeats another that did not arrive: a row of its own, sent once."""

    RETRY = "retry"
    """The same way, a while later."""
    FALLBACK = "fallback"
    """By mail, where the text will not arrive."""
    BY_HAND = "by_hand"


KEY_PARTS = {
    RepeatedAs.RETRY: "again",
    RepeatedAs.FALLBACK: "instead",
    RepeatedAs.BY_HAND: "by_hand",
}
"""How a message's key tells it from the one it repeats, so that it is written once."""


class MessageEventType(StrEnum):
    """What a line of a message's history tells: one word for each thing that can happen."""

    CLAIMED = "claimed"
    STARTED = "started"
    """It went past its point of no return."""
    ACCEPTED = "accepted"
    NOT_PROCESSED = "not_processed"
    UNKNOWN = "unknown"
    LEASE_LAPSED = "lease_lapsed"
    SENDER_STOPPED = "sender_stopped"
    REPORT = "report"
    """The carrier's word, as it came; what follows from it is the next line."""
    FOREIGN_REPORT = "foreign_report"
    ABSENT = "absent"
    """The carrier does not list it."""
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    WORDS_FAILED = "words_failed"
    POSTPONED = "postpone"
    CANCELLED = "cancelled"
    EXPIRED = "expire"
    SUPPRESSED = "suppressed"
    SENT_BY_TEXT = "sent_by_sms"
    SENT_BY_MAIL = "sent_by_email"
    SENT_AGAIN = "sent_again_by_hand"
    SEEN = "unreachable_seen"
    """Somebody has seen to the phone that takes no texts."""


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
LEASED = frozenset({S.CLAIMED, S.SENDING})
"""Held by one sender for a while; then by nobody."""
HANDED_OVER = frozenset({S.SENDING, S.UNKNOWN})
"""Handed over, and nothing heard of it yet."""
TAKEN = frozenset({S.ACCEPTED, S.QUEUED, S.SENT, S.DELIVERED})
"""The other side took it, and has said nothing against it since."""
NOT_ARRIVED = frozenset({S.FAILED, S.UNDELIVERED})
DROPPED = frozenset({S.CANCELLED, S.EXPIRED, S.SUPPRESSED})
"""Ended on this side, before it left."""
NEVER_ARRIVES = NOT_ARRIVED | DROPPED
NEVER_LEFT = UNSENT | DROPPED
MAY_GO_AGAIN = NOT_ARRIVED | {S.EXPIRED}
"""What staff may send once more."""
IS_UNSETTLED = "state IN ('unknown', 'accepted', 'queued', 'sent')"
IS_NOT_ARRIVED = "state IN ('failed', 'undelivered')"
"""Written out as the partial indexes have it, so that both databases know them to be enough."""

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


def states_before(wanted: MessageState) -> frozenset[MessageState]:
    """Return the states that the table leads from to this one."""
    return frozenset(state for state, onward in TRANSITIONS.items() if wanted in onward)


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
