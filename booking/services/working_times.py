"""When therapists work and when they are busy, read once for a whole search."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from booking.domain.intervals import Interval
from booking.domain.policy import BookingPolicy
from booking.domain.slots import (
    DayOverride,
    Slot,
    SlotShape,
    WeeklyRange,
    each_open_interval,
)
from booking.domain.slots import free_slots as cut_slots
from booking.models import Service
from booking.store import appointments as appointment_store
from booking.store import therapists as therapist_store

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkingTimes:
    """The hours and the busy ranges of some therapists, read once."""

    hours: Mapping[tuple[int, UUID], list[WeeklyRange]]
    overrides: Mapping[tuple[int, UUID], list[DayOverride]]
    busy: Mapping[int, list[tuple[datetime, datetime]]]

    def open_at(self, service: Service, window: Interval) -> Iterator[Interval]:
        """Yield the open hours at the service's place around the window."""
        zone = ZoneInfo(service.location.zone)
        key = (service.therapist_id, service.location_id)
        return each_open_interval(
            self.hours.get(key, ()),
            self.overrides.get(key, ()),
            zone,
            window.start.astimezone(zone).date() - _ONE_DAY,
            window.end.astimezone(zone).date(),
        )

    def free(self, service: Service, window: Interval, policy: BookingPolicy) -> Iterator[Slot]:
        """Yield the free slots of the service that begin in the window."""
        return cut_slots(
            self.open_at(service, window),
            self.busy[service.therapist_id],
            shape_of(service, policy),
            window,
        )


def shape_of(service: Service, policy: BookingPolicy) -> SlotShape:
    """Return how long the service takes, with its buffers and its step."""
    return SlotShape(
        duration=timedelta(minutes=service.minutes),
        before=timedelta(minutes=service.minutes_before),
        after=timedelta(minutes=service.minutes_after),
        step=policy.step,
    )


def read_times(
    session: Session,
    therapist_ids: Sequence[int],
    window: Interval,
    now: datetime,
    *,
    ignoring: UUID | None = None,
) -> WorkingTimes:
    """Read hours, overrides and busy times of these therapists: three statements."""
    hours: dict[tuple[int, UUID], list[WeeklyRange]] = {}
    for row in therapist_store.weekly_hours(session, therapist_ids):
        hours.setdefault((row.therapist_id, row.location_id), []).append(
            WeeklyRange(row.weekday, row.opens, row.closes)
        )
    ranges: dict[tuple[int, UUID], dict[date, list[tuple[time, time]]]] = {}
    first, last = window.start.date() - 2 * _ONE_DAY, window.end.date() + 2 * _ONE_DAY
    for other in therapist_store.overrides(session, therapist_ids, first, last):
        day = ranges.setdefault((other.therapist_id, other.location_id), {}).setdefault(
            other.day, []
        )
        if other.opens is not None and other.closes is not None:
            day.append((other.opens, other.closes))
    overrides = {
        key: [DayOverride(day, tuple(found)) for day, found in days.items()]
        for key, days in ranges.items()
    }
    # A session that begins in the window may end, with its buffers, well after it.
    around = Interval(window.start - _ONE_DAY, window.end + _ONE_DAY)
    busy = appointment_store.busy_times(session, therapist_ids, around, now, ignoring=ignoring)
    return WorkingTimes(hours, overrides, busy)
