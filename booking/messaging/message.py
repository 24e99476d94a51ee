"""What a message to a patient is, and which steps it may take between due and delivered."""

from enum import IntEnum, StrEnum
from uuid import UUID


class Channel(StrEnum):
    """How a message travels."""

    SMS = "sms"
    EMAIL = "email"


class Lane(IntEnum):
    """Who goes first when many are due: whoever stands first here.

    The numbers are what rows hold: they never change their meaning, and say nothing of the order.
    """

    SAFETY = 0
    ANSWERS = 1
    NEWS = 4
    REMINDERS = 2
    CHECK_INS = 3


class Kind(StrEnum):
    """Every message the clinic sends; each has its templates under messages/<kind>/.

    Only what a person writes has none: its words are kept with it.
    """

    CONFIRMATION = "confirmation"
    REQUEST_RECEIVED = "request_received"
    REMINDER = "reminder"
    MOVED = "moved"
    CLOCK_CHANGE = "clock_change"
    CANCELLED = "cancelled"
    MOVE_LINK = "move_link"
    CONFIRMED = "confirmed"
    CHECK_IN = "check_in"
    CHECK_IN_THANKS = "check_in_thanks"
    CHECK_IN_UNCLEAR = "check_in_unclear"
    CHECK_IN_LATE = "check_in_late"
    NO_PICTURES = "no_pictures"
    NEUTRAL_ANSWER = "neutral_answer"
    OPTED_OUT = "opted_out"
    OPTED_IN = "opted_in"
    HELP = "help"
    SAFETY = "safety"
    EMERGENCY = "emergency"
    CRISIS = "crisis"
    CALL_DOCTOR = "call_doctor"
    ON_CALL_ALERT = "on_call_alert"
    STAFF_ANSWER = "staff_answer"
    ALARM = "alarm"


LANES: dict[Kind, Lane] = {
    Kind.SAFETY: Lane.SAFETY,
    Kind.EMERGENCY: Lane.SAFETY,
    Kind.CRISIS: Lane.SAFETY,
    Kind.CALL_DOCTOR: Lane.SAFETY,
    Kind.ON_CALL_ALERT: Lane.SAFETY,
    Kind.ALARM: Lane.SAFETY,
    Kind.REMINDER: Lane.REMINDERS,
    Kind.CHECK_IN: Lane.CHECK_INS,
}
"""Kinds not listed answer something the patient just did, or are news of what the clinic did."""

SEALED = frozenset({Kind.EMERGENCY, Kind.CRISIS, Kind.CALL_DOCTOR})
"""Which of these a patient was sent tells of their health: they are kept as `safety`, and which
it is only encrypted."""

WRITTEN_BY_PEOPLE = frozenset({Kind.STAFF_ANSWER})
"""Free texts of the clinic's staff: no template, and the words are kept, encrypted."""

OF_OUR_OWN_MOTION = frozenset({Kind.REMINDER, Kind.CHECK_IN})
"""Sent without the patient having just done something: these keep quiet hours and caps."""

SENT_AFTER_OPT_OUT = frozenset(
    {
        Kind.OPTED_OUT,
        Kind.SAFETY,
        Kind.EMERGENCY,
        Kind.CRISIS,
        Kind.CALL_DOCTOR,
        Kind.ON_CALL_ALERT,
        Kind.ALARM,
    }
)
"""The one confirmation of an opt-out, and answers to a danger just reported, still go."""

NEEDS_CONSENT = frozenset(
    {
        Kind.CONFIRMATION,
        Kind.REQUEST_RECEIVED,
        Kind.REMINDER,
        Kind.MOVED,
        Kind.CLOCK_CHANGE,
        Kind.CANCELLED,
        Kind.CHECK_IN,
    }
)
"""As texts these go only to who agrees to texts; every other text answers one of the patient's."""

FOLLOWS_APPOINTMENT = frozenset(
    {
        Kind.CONFIRMATION,
        Kind.REQUEST_RECEIVED,
        Kind.REMINDER,
        Kind.MOVED,
        Kind.CLOCK_CHANGE,
        Kind.CONFIRMED,
        Kind.OPTED_OUT,
    }
)
"""Void once the appointment's version has moved on: they would tell an old time."""

NEEDS_VETTED_THERAPIST = frozenset(
    {Kind.REMINDER, Kind.CONFIRMATION, Kind.CONFIRMED, Kind.MOVED, Kind.CLOCK_CHANGE}
)
"""Never invite a patient to a therapist who may not work that day."""


WORDS_FAILED = "words_failed"
CANNOT_BE_MADE = "its words cannot be made"
"""How the history and the row name a message that nobody could write: it failed, and alarms."""


def lane_of(kind: Kind, *, is_news: bool = False) -> Lane:
    """Return the lane a kind of message travels in.

    `is_news` tells that it answers nobody: the clinic changed something of its own motion.
    """
    return LANES.get(kind, Lane.NEWS if is_news else Lane.ANSWERS)


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


def kept_as(kind: Kind) -> Kind:
    """Return the kind that a message is kept as, where everybody with the database can read it."""
    return Kind.SAFETY if kind in SEALED else kind


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
