"""The last look at a message before it leaves: whether it is still right to send it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from booking.domain.appointment import State
from booking.domain.message import (
    FOLLOWS_APPOINTMENT,
    NEEDS_VETTED_THERAPIST,
    OF_OUR_OWN_MOTION,
    SENT_AFTER_OPT_OUT,
    Channel,
    Kind,
)
from booking.domain.quiet_hours import QuietHours

STANDING = frozenset({State.REQUESTED, State.BOOKED, State.CONFIRMED})
"""A session that is still to come."""


class Verdict(StrEnum):
    """What to do with a message that is due."""

    SEND = "send"
    POSTPONE = "postpone"
    CANCEL = "cancel"
    EXPIRE = "expire"
    SUPPRESS = "suppress"


@dataclass(frozen=True, slots=True)
class AppointmentFacts:
    """What matters of the appointment a message is about."""

    state: State
    version: int
    starts_at: datetime
    therapist_vetted: bool


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything the last look goes by, read in the transaction that decides."""

    kind: Kind
    channel: Channel
    expires_at: datetime
    zone: ZoneInfo
    version: int | None
    appointment: AppointmentFacts | None
    opted_out: bool
    answered: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do, why, and until when where it waits."""

    verdict: Verdict
    reason: str = ""
    until: datetime | None = None


def decide(situation: Situation, quiet: QuietHours, now: datetime) -> Decision:
    """Decide what becomes of a message that is due now.

    A text of our own motion that has run into quiet hours waits for the morning where that
    is still in time, and is given up where it is not.
    """
    if now >= situation.expires_at:
        return Decision(Verdict.EXPIRE, "too late to be of use")
    stale = _stale(situation, now)
    if stale:
        return Decision(Verdict.CANCEL, stale)
    if situation.channel is not Channel.SMS:
        return Decision(Verdict.SEND)
    if situation.opted_out and situation.kind not in SENT_AFTER_OPT_OUT:
        return Decision(Verdict.SUPPRESS, "the phone has stopped our texts")
    if situation.kind in OF_OUR_OWN_MOTION and quiet.is_quiet(now, situation.zone):
        morning = quiet.moved_later(now, situation.zone)
        if morning < situation.expires_at:
            return Decision(Verdict.POSTPONE, "quiet hours", morning)
        return Decision(Verdict.SUPPRESS, "quiet hours until it is too late")
    return Decision(Verdict.SEND)


def _stale(situation: Situation, now: datetime) -> str:
    """Return why the message would no longer be true, or nothing."""
    appointment = situation.appointment
    if appointment is not None and situation.kind in FOLLOWS_APPOINTMENT:
        if appointment.version != situation.version:
            return "the appointment has another time now"
        if appointment.state not in STANDING:
            return f"the appointment is {appointment.state.value.replace('_', ' ')}"
        if now >= appointment.starts_at:
            return "the session has begun"
    if (
        appointment is not None
        and situation.kind in NEEDS_VETTED_THERAPIST
        and not appointment.therapist_vetted
    ):
        return "the therapist may not work that day"
    if situation.kind is Kind.CHECK_IN and situation.answered:
        return "already answered"
    return ""
