"""The last look at a message before it leaves: whether it is still right to send it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from booking.clinic.policy import CapsPolicy
from booking.clinic.quiet_hours import QuietHours
from booking.kit.local_time import local_instant
from booking.messaging.kinds import KINDS, Channel, Kind, KindRules, OverCap
from booking.messaging.reason import Reason

WEEK = timedelta(days=7)
KEEPS_QUIET_HOURS = "keeps_quiet_hours"
"""How a message says among its facts that it may wait for the morning."""


class SendAction(StrEnum):
    """What to do with a message that is due."""

    SEND = "send"
    POSTPONE = "postpone"
    CANCEL = "cancel"
    EXPIRE = "expire"
    SUPPRESS = "suppress"


@dataclass(frozen=True, slots=True)
class SendContext:
    """Everything the last look goes by, read in the transaction that decides."""

    kind: Kind
    channel: Channel
    expires_at: datetime
    zone: ZoneInfo
    opted_out: bool
    stale: Reason | None = None
    """Why it would no longer be true of what it is about."""
    agrees_to_texts: bool = True
    """Whether the patient's last word on texts is yes."""
    is_texted: bool = True
    """Whether the clinic's texts go to the country of this phone."""
    keeps_quiet_hours: bool = False
    """Whether it is news that nobody asked for and that may wait for the morning."""
    texts_today: int = 0
    texts_this_week: int = 0
    """Texts of our own motion to this phone, on the patient's day and in seven days."""
    room_at: datetime | None = None
    """From when on there is room for it, where acts on the web set off too much already."""

    @property
    def rules(self) -> KindRules:
        """What is so of every message of its kind."""
        return KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class SendDecision:
    """What to do, why, and until when where it waits."""

    action: SendAction
    reason: Reason | None = None
    until: datetime | None = None


def is_over(caps: CapsPolicy, at: datetime, others: Collection[datetime], zone: ZoneInfo) -> bool:
    """Whether a text of our own motion would be one too many at an instant, beside others."""
    day = at.astimezone(zone).date()
    that_day = sum(one.astimezone(zone).date() == day for one in others)
    that_week = sum(at - WEEK < one <= at for one in others)
    return _are_enough(caps, that_day, that_week)


def decide(
    context: SendContext, quiet: QuietHours, now: datetime, caps: CapsPolicy | None = None
) -> SendDecision:
    """Decide what becomes of a message that is due now.

    A text of our own motion that has run into quiet hours waits for the morning where that
    is still in time, and is given up where it is not. One beyond the day's or the week's
    number waits likewise, unless it is a reminder: that is suppressed, and goes by mail at
    once instead. News that keeps quiet hours does so here too; no cap holds it back. What acts
    on the web set off beyond what they may waits until there is room.
    """
    if now >= context.expires_at:
        return SendDecision(SendAction.EXPIRE, Reason.TOO_LATE)
    if context.stale is not None:
        return SendDecision(SendAction.CANCEL, context.stale)
    if context.channel is Channel.SMS:
        return _decide_text(context, quiet, now, caps)
    if context.room_at is not None:
        return _later(context, context.room_at, Reason.ENOUGH_SET_OFF)
    return SendDecision(SendAction.SEND)


def _decide_text(
    context: SendContext, quiet: QuietHours, now: datetime, caps: CapsPolicy | None
) -> SendDecision:
    """Decide about a text that is true and in time."""
    unwanted = _unwanted(context)
    if unwanted is not None:
        return SendDecision(SendAction.SUPPRESS, unwanted)
    is_ours = context.rules.proactive
    keeps_quiet = is_ours or context.keeps_quiet_hours
    if keeps_quiet and quiet.is_quiet(now, context.zone):
        return _later(context, quiet.moved_later(now, context.zone), Reason.QUIET_HOURS)
    if (
        is_ours
        and caps is not None
        and _are_enough(caps, context.texts_today, context.texts_this_week)
    ):
        reason = Reason.ENOUGH_TEXTS
        if context.rules.over_cap is OverCap.SUPPRESS:
            return SendDecision(SendAction.SUPPRESS, reason)
        return _later(context, _next_morning(quiet, context.zone, now), reason)
    if context.room_at is not None:
        return _later(context, context.room_at, Reason.ENOUGH_SET_OFF)
    return SendDecision(SendAction.SEND)


def _unwanted(context: SendContext) -> Reason | None:
    """Return why this phone must not be texted, or nothing."""
    if context.opted_out and not context.rules.after_opt_out:
        return Reason.OPTED_OUT
    if context.rules.needs_consent:
        if not context.agrees_to_texts:
            return Reason.NO_CONSENT
        if not context.is_texted:
            return Reason.COUNTRY_NOT_TEXTED
    return None


def _later(context: SendContext, at: datetime, reason: Reason) -> SendDecision:
    """Wait where that is still in time; what is suppressed goes by mail at once."""
    if at >= context.expires_at:
        return SendDecision(SendAction.SUPPRESS, reason)
    return SendDecision(SendAction.POSTPONE, reason, at)


def _are_enough(caps: CapsPolicy, that_day: int, that_week: int) -> bool:
    return that_day >= caps.per_day or that_week >= caps.per_week


def _next_morning(quiet: QuietHours, zone: ZoneInfo, now: datetime) -> datetime:
    day = now.astimezone(zone).date() + timedelta(days=1)
    return local_instant(day, quiet.opens, zone)
