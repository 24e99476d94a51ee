"""A service with all that decides whether and when it can be booked."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from json import loads
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.kit.intervals import Interval, Range
from booking.kit.packed_rows import instant, unpack, unpack_ranges
from booking.therapists import eligibility as vetting
from booking.therapists.eligibility import ApplicationState
from booking.therapists.opening_hours import OverrideHours, WallRange, WeeklyRange, open_intervals

_ONE_DAY = timedelta(days=1)


class Eligibility(NamedTuple):
    """What decides whether a therapist may work at a service's place."""

    application_state: str
    jurisdiction: str
    zone: str
    credentials: str

    def vetted_on(self, day: date) -> bool:
        """Whether a session may take place on a day of the place."""
        return _vetted(self.application_state, self.credentials, day, self.jurisdiction)

    def vetted_at(self, instant: datetime) -> bool:
        """Whether a session may take place on the day that an instant has at the place."""
        return self.vetted_on(instant.astimezone(ZoneInfo(self.zone)).date())


class Offer(NamedTuple):
    """One service of a therapist; the packed texts are read by the methods."""

    eligibility: Eligibility
    service_id: UUID
    therapist_id: int
    location_id: UUID
    minutes: int
    minutes_before: int
    minutes_after: int
    city: str
    expertise_text: str
    languages_text: str
    hours: str | None
    overrides: str | None
    taken: str | None
    blocks: str | None
    starts: str | None

    @property
    def expertise(self) -> tuple[str, ...]:
        """What the therapist has experience with."""
        return _words(self.expertise_text)

    @property
    def languages(self) -> tuple[str, ...]:
        """What the therapist speaks."""
        return _words(self.languages_text)

    def opening_hours_around(self, window: Interval) -> tuple[Interval, ...]:
        """Return the open hours of the place, from the day before the window to its last day."""
        zone = ZoneInfo(self.eligibility.zone)
        return _opened(
            self.hours or "",
            self.overrides or "",
            self.eligibility.zone,
            window.start.astimezone(zone).date() - _ONE_DAY,
            window.end.astimezone(zone).date(),
        )

    def blocked_times(self) -> list[Range]:
        """Return what the therapist keeps for something else."""
        return unpack_ranges(self.blocks)

    def busy_times(self) -> list[Range]:
        """Return all that takes the therapist's time: sessions with their buffers, and blocks."""
        return unpack_ranges(self.taken) + unpack_ranges(self.blocks)

    def starts_by_day(self) -> dict[date, int]:
        """Count the live sessions of each day of the place; empty where they were not read."""
        zone = ZoneInfo(self.eligibility.zone)
        counts: dict[date, int] = {}
        for (starts_at,) in unpack(self.starts):
            day = instant(starts_at).astimezone(zone).date()
            counts[day] = counts.get(day, 0) + 1
        return counts


# What is remembered here depends on nothing but the text itself: it cannot grow stale.


@lru_cache(maxsize=16_384)
def _vetted(state: str, credentials: str, day: date, jurisdiction: str) -> bool:
    claims = [_claim(*row) for row in unpack(credentials)]
    return vetting.is_bookable(
        ApplicationState(state), claims, on=day, jurisdiction=jurisdiction
    ).bookable


def _claim(
    type_: str, jurisdiction: str, expires_on: str, status: str, checked_on: str
) -> vetting.CredentialFacts:
    return vetting.CredentialFacts(
        type=vetting.CredentialType(type_),
        jurisdiction=jurisdiction,
        expires_on=date.fromisoformat(expires_on) if expires_on else None,
        status=vetting.CredentialStatus(status),
        checked_on=date.fromisoformat(checked_on) if checked_on else None,
    )


@lru_cache(maxsize=4_096)
def _opened(hours: str, overrides: str, zone: str, first: date, last: date) -> tuple[Interval, ...]:
    weekly = [
        WeeklyRange(int(weekday), time.fromisoformat(opens), time.fromisoformat(closes))
        for weekday, opens, closes in unpack(hours)
    ]
    ranges: dict[date, list[WallRange]] = {}
    for day, opens, closes in unpack(overrides):
        of_day = ranges.setdefault(date.fromisoformat(day), [])
        if opens and closes:
            of_day.append((time.fromisoformat(opens), time.fromisoformat(closes)))
    other = [OverrideHours(day, tuple(found)) for day, found in ranges.items()]
    return tuple(open_intervals(weekly, other, ZoneInfo(zone), first, last))


@lru_cache(maxsize=4_096)
def _words(text: str) -> tuple[str, ...]:
    return tuple(loads(text))
