"""When a patient is told that a session was moved, and what the clinic changed by itself."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from booking.clinic.policy import ReminderPolicy

KEEPS_AT_LEAST = timedelta(hours=2)
KEEPS_AT_MOST = timedelta(days=1)
"""By then the mail that went at once has been read."""


@dataclass(frozen=True, slots=True)
class PlannedNews:
    """One text: due at an instant, worth sending until just before another.

    `keeps_quiet_hours` tells that it waits for the morning should it be held up into the night.
    """

    due_at: datetime
    expires_at: datetime
    keeps_quiet_hours: bool


def settled_at(
    starts: Collection[datetime], settling: timedelta, policy: ReminderPolicy, *, now: datetime
) -> datetime:
    """Return when a move is told: once it has stood for a while, for another may follow it.

    `starts` are the times of the session, old and new. Where one of them is so near that its
    patient may be on the way to it, the move is told at once.
    """
    is_near = any(now < one < now + settling + policy.travel_time for one in starts)
    return now if is_near else now + settling


def plan_news(
    starts: Collection[datetime], zone: ZoneInfo, policy: ReminderPolicy, *, at: datetime
) -> PlannedNews:
    """Return when a text about a change goes that nobody asked for; it could go `at` an instant.

    `starts` are the times of the session, old and new; `zone` is the patient's. In quiet hours
    it waits for the morning, unless the patient might by then be on the way to a session that
    is not there any more, or miss one that is now there: a wrong journey harms more than being
    woken does.
    """
    quiet = policy.quiet_hours
    ahead = min((one for one in starts if one > at), default=None)
    may_wait = ahead is None or ahead >= quiet.next_opening(at, zone) + policy.travel_time
    due_at = quiet.moved_later(at, zone) if may_wait else at
    keeps_until = due_at + KEEPS_AT_LEAST
    if ahead is not None:
        keeps_until = max(keeps_until, min(due_at + KEEPS_AT_MOST, ahead))
    return PlannedNews(due_at, keeps_until, may_wait)
