"""Which reminders a session gets, and between when and when each may go."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.domain.policy import ReminderPolicy

__all__ = ["PlannedReminder", "ReminderPolicy", "plan_reminders"]


@dataclass(frozen=True, slots=True)
class PlannedReminder:
    """One reminder: due at an instant, and worth sending until just before another."""

    lead: timedelta
    due_at: datetime
    expires_at: datetime


class _Candidate(NamedTuple):
    lead: timedelta
    due_at: datetime
    was_moved: bool


def plan_reminders(
    starts_at: datetime,
    zone: ZoneInfo,
    policy: ReminderPolicy,
    *,
    now: datetime,
    with_optional_lead: bool = False,
) -> Iterator[PlannedReminder]:
    """Yield the reminders still worth sending, earliest first.

    `zone` is the patient's. Leads are elapsed time. One that would land in quiet hours moves
    back to the evening before: early news is better than late news. Where that brings two
    onto one day of the patient, the one with the shorter lead stays: a 2 h reminder of a 9:30
    session goes out at 19:30 the evening before and takes the place of the 24 h one of that
    morning, for at most one text a day is ours to send.

    A reminder expires when the next one is due, so that an outage never delivers the 72 h
    text on top of the 24 h one; the last expires at the policy's last call before the start.
    Those already due (a booking made inside the lead) are left out.
    """
    kept = _without_crowding(_candidates(starts_at, zone, policy, with_optional_lead), zone)
    ends = [*(later.due_at for later in kept[1:]), starts_at - policy.last_call]
    for candidate, expires_at in zip(kept, ends, strict=False):  # no leads: nothing but an end
        if now < candidate.due_at < expires_at:
            yield PlannedReminder(candidate.lead, candidate.due_at, expires_at)


def _candidates(
    starts_at: datetime, zone: ZoneInfo, policy: ReminderPolicy, with_optional_lead: bool
) -> Iterator[_Candidate]:
    """Yield every lead's instant, longest lead first, past or not."""
    leads = {*policy.leads, policy.optional_lead} if with_optional_lead else set(policy.leads)
    for lead in sorted(leads, reverse=True):
        wanted = starts_at - lead
        due_at = policy.quiet_hours.moved_earlier(wanted, zone)
        yield _Candidate(lead, due_at, due_at != wanted)


def _without_crowding(candidates: Iterator[_Candidate], zone: ZoneInfo) -> list[_Candidate]:
    """Drop the longer lead wherever quiet hours pushed two onto the same local day."""
    kept: list[_Candidate] = []
    for candidate in candidates:
        day = candidate.due_at.astimezone(zone).date()
        while (
            kept
            and (kept[-1].was_moved or candidate.was_moved)
            and kept[-1].due_at.astimezone(zone).date() == day
        ):
            kept.pop()
        kept.append(candidate)
    return kept
