"""Every kind of message the clinic sends, and all that is so of each: a row a kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Final


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


class Topic(StrEnum):
    """What a question asks for: a letter about the appointment, or three numbers."""

    ATTENDANCE = "attendance"
    SCORES = "scores"


class InvitationMethod(StrEnum):
    """What a calendar file asks a calendar to do (RFC 5546)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


class OverCap(StrEnum):
    """What becomes of a proactive text beyond the day's or the week's number."""

    WAIT = "wait"
    SUPPRESS = "suppress"


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
    ACCOUNT_INVITATION = "account_invitation"
    NEW_PASSWORD = "new_password"  # noqa: S105 - the name of a kind
    ACCOUNT_CHANGED = "account_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRules:
    """What is so of every message of a kind."""

    channels: frozenset[Channel]
    lane: Lane = Lane.ANSWERS
    """What stands among the answers is news where the clinic caused it of its own motion."""
    proactive: bool = False
    """Sent without the patient having just done something: it keeps quiet hours and caps."""
    over_cap: OverCap = OverCap.WAIT
    """What is suppressed goes by mail at once."""
    free_text: bool = False
    """Written by the clinic's staff: no template, and the words are kept, encrypted."""
    sealed: bool = False
    """That a patient was sent it tells of their health: it is kept as `safety`, and which it is
    only encrypted."""
    is_cover: bool = False
    """What sealed kinds are kept as; it has no words of its own."""
    after_opt_out: bool = False
    """The one confirmation of an opt-out, and answers to a danger just reported, still go."""
    needs_consent: bool = False
    """As a text it goes only to who agrees to texts; every other answers one of the patient's."""
    follows_appointment: bool = False
    """Void once the appointment's version has moved on: it would tell an old time."""
    needs_eligible_therapist: bool = False
    """Never invite a patient to a therapist who may not work that day."""
    answers_booking: bool = False
    """It answers a booking, with which the patient has just agreed to texts, or not."""
    carries_link: bool = True
    """Whether one that is about an appointment has the link to it."""
    invitation: InvitationMethod | None = None
    """What its mail's calendar file asks for, where it has one."""
    asks: Topic | None = None
    """The question that its text puts to the phone."""
    answered_by_yes: bool = False
    """Whether a plain yes is taken for the letter that it asks for."""
    switches_channel: bool = False
    """One that waits goes the other way once the patient's word on texts changes."""
    email_fallback: bool = False
    """A mail takes over where the phone cannot be reached; news of a change has its mail."""
    unlimited: bool = False
    """It answers a text however many answers the phone had in an hour."""
    is_watched: bool = True
    """Alarms tell of one that does not get out; the alarms' own mails do not count."""
    to_staff: bool = False
    """Read by the clinic's people, who may be told of patients."""
    opens_account: bool = False
    """It carries the link with which the holder of a staff account chooses a password."""
    most_segments: int = 1
    """What its longest text costs: two where the longest clinic name and address fill one."""


TEXT: Final = frozenset({Channel.SMS})
MAIL: Final = frozenset({Channel.EMAIL})
BOTH: Final = TEXT | MAIL

KINDS: Final[Mapping[Kind, KindRules]] = MappingProxyType(
    {
        Kind.CONFIRMATION: KindRules(
            channels=BOTH,
            needs_consent=True,
            follows_appointment=True,
            needs_eligible_therapist=True,
            answers_booking=True,
            invitation=InvitationMethod.REQUEST,
            asks=Topic.ATTENDANCE,
            most_segments=2,
        ),
        Kind.REQUEST_RECEIVED: KindRules(
            channels=BOTH,
            needs_consent=True,
            follows_appointment=True,
            answers_booking=True,
            most_segments=2,
        ),
        Kind.REMINDER: KindRules(
            channels=BOTH,
            lane=Lane.REMINDERS,
            proactive=True,
            over_cap=OverCap.SUPPRESS,
            needs_consent=True,
            follows_appointment=True,
            needs_eligible_therapist=True,
            asks=Topic.ATTENDANCE,
            answered_by_yes=True,
            switches_channel=True,
            email_fallback=True,
            most_segments=2,
        ),
        Kind.MOVED: KindRules(
            channels=BOTH,
            needs_consent=True,
            follows_appointment=True,
            needs_eligible_therapist=True,
            invitation=InvitationMethod.REQUEST,
            asks=Topic.ATTENDANCE,
            most_segments=2,
        ),
        Kind.CLOCK_CHANGE: KindRules(
            channels=BOTH,
            needs_consent=True,
            follows_appointment=True,
            needs_eligible_therapist=True,
            invitation=InvitationMethod.REQUEST,
            most_segments=2,
        ),
        Kind.CANCELLED: KindRules(
            channels=BOTH,
            needs_consent=True,
            carries_link=False,
            invitation=InvitationMethod.CANCEL,
        ),
        Kind.MOVE_LINK: KindRules(channels=BOTH, email_fallback=True),
        Kind.CONFIRMED: KindRules(
            channels=TEXT, follows_appointment=True, needs_eligible_therapist=True
        ),
        Kind.CHECK_IN: KindRules(
            channels=BOTH,
            lane=Lane.CHECK_INS,
            proactive=True,
            needs_consent=True,
            asks=Topic.SCORES,
            email_fallback=True,
        ),
        Kind.CHECK_IN_THANKS: KindRules(channels=TEXT),
        Kind.CHECK_IN_UNCLEAR: KindRules(channels=TEXT),
        Kind.CHECK_IN_LATE: KindRules(channels=TEXT),
        Kind.NO_PICTURES: KindRules(channels=TEXT),
        Kind.NEUTRAL_ANSWER: KindRules(channels=TEXT),
        Kind.OPTED_OUT: KindRules(
            channels=BOTH, after_opt_out=True, follows_appointment=True, unlimited=True
        ),
        Kind.OPTED_IN: KindRules(channels=TEXT),
        Kind.HELP: KindRules(channels=TEXT),
        Kind.SAFETY: KindRules(channels=TEXT, lane=Lane.SAFETY, is_cover=True, after_opt_out=True),
        Kind.EMERGENCY: KindRules(channels=TEXT, lane=Lane.SAFETY, sealed=True, after_opt_out=True),
        Kind.CRISIS: KindRules(channels=TEXT, lane=Lane.SAFETY, sealed=True, after_opt_out=True),
        Kind.CALL_DOCTOR: KindRules(
            channels=TEXT, lane=Lane.SAFETY, sealed=True, after_opt_out=True
        ),
        Kind.ON_CALL_ALERT: KindRules(
            channels=BOTH, lane=Lane.SAFETY, after_opt_out=True, to_staff=True
        ),
        Kind.STAFF_ANSWER: KindRules(channels=TEXT, free_text=True),
        # When texts are in trouble, a text about it would be too.
        Kind.ALARM: KindRules(
            channels=MAIL, lane=Lane.SAFETY, after_opt_out=True, is_watched=False, to_staff=True
        ),
        Kind.ACCOUNT_INVITATION: KindRules(channels=MAIL, to_staff=True, opens_account=True),
        Kind.NEW_PASSWORD: KindRules(channels=MAIL, to_staff=True, opens_account=True),
        Kind.ACCOUNT_CHANGED: KindRules(channels=MAIL, to_staff=True),
    }
)


def kinds_that(are_so: Callable[[KindRules], bool]) -> frozenset[Kind]:
    """Return the kinds of which something is so."""
    return frozenset(kind for kind, rules in KINDS.items() if are_so(rules))


PROACTIVE: Final = kinds_that(lambda rules: rules.proactive)
FREE_TEXT: Final = kinds_that(lambda rules: rules.free_text)
SEALED: Final = kinds_that(lambda rules: rules.sealed)


def lane_of(kind: Kind, *, is_news: bool = False) -> Lane:
    """Return the lane a kind of message travels in.

    `is_news` tells that it answers nobody: the clinic changed something of its own motion.
    """
    lane = KINDS[kind].lane
    return Lane.NEWS if is_news and lane is Lane.ANSWERS else lane


def kept_as(kind: Kind) -> Kind:
    """Return the kind that a message is kept as, where everybody with the database can read it."""
    return Kind.SAFETY if KINDS[kind].sealed else kind
