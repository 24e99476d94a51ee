"""Which reminders a session gets, and between when and when each may go."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.clinic.policy import ReminderPolicy

__all__ = ["PlannedReminder", "ReminderPolicy", "plan_reminders"]


@dataclass(frozen=True, slots=True)
class PlannedReminder:
    """One reminder: due at an instant, and worth sending until just before another."""

    lead: timedelta
    due_at: datetime
    expires_at: datetime


class _Place(NamedTuple):
    """An instant a reminder may go at, and whether it is another than its lead asks for."""

    at: datetime
    was_shifted: bool


def plan_reminders(
    starts_at: datetime,
    zone: ZoneInfo,
    policy: ReminderPolicy,
    *,
    now: datetime,
    with_optional_lead: bool = False,
) -> Iterator[PlannedReminder]:
    """Yield the reminders still worth sending, earliest first.

    `zone` is the patient's. Leads are elapsed time. One that would land in quiet hours goes at
    the first of its `_places` that is ahead and in time. Where that would bring two onto one
    day of the patient, the one with the shorter lead has the day, for at most one text a day is
    ours to send: a 2 h reminder of a 9:30 session goes out at 19:30 the evening before, in the
    place of the 24 h one of that morning.

    A reminder expires when the next one is due, so that an outage never delivers the 72 h
    text on top of the 24 h one; the last expires at the policy's last call before the start.
    Those whose lead is past already (a booking made inside it) are left out.
    """
    leads = {*policy.leads, policy.optional_lead} if with_optional_lead else set(policy.leads)
    planned: list[PlannedReminder] = []
    nearer: _Place | None = None
    expires_at = starts_at - policy.latest_useful
    for lead in sorted(lead for lead in leads if starts_at - lead > now):
        for place in _places(starts_at - lead, zone, policy):
            if now < place.at < expires_at and not _is_crowded(place, nearer, zone):
                planned.append(PlannedReminder(lead, place.at, expires_at))
                nearer, expires_at = place, place.at
                break
    yield from reversed(planned)


def _places(wanted: datetime, zone: ZoneInfo, policy: ReminderPolicy) -> list[_Place]:
    """Return where a reminder may go, the best place first.

    One that is too early in the morning waits for that morning's opening; one that is too late
    at night goes in that evening: so it stays on its own day, and a text of the day before
    comes on the day before. The other way is the next best: the evening before where the
    opening is too late to be of use, the next opening where the evening is past.
    """
    quiet = policy.quiet_hours
    if not quiet.is_quiet(wanted, zone):
        return [_Place(wanted, was_shifted=False)]
    both = (quiet.moved_later(wanted, zone), quiet.moved_earlier(wanted, zone))
    day = wanted.astimezone(zone).date()
    own_day_first = sorted(both, key=lambda at: at.astimezone(zone).date() != day)
    return [_Place(at, was_shifted=True) for at in own_day_first]


def _is_crowded(place: _Place, nearer: _Place | None, zone: ZoneInfo) -> bool:
    """Whether the reminder with the shorter lead has that day already.

    Two of one day both stay where neither was shifted: that is how the clinic wanted them.
    """
    return (
        nearer is not None
        and (place.was_shifted or nearer.was_shifted)
        and place.at.astimezone(zone).date() == nearer.at.astimezone(zone).date()
    )
