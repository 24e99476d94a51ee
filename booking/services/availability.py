"""Who is free when: searches, and the slots of one service."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from booking.domain.errors import NotFound
from booking.domain.intervals import Interval
from booking.domain.policy import BookingPolicy, ClinicPolicies
from booking.domain.slots import (
    Slot,
    local_instant,
)
from booking.models import Location, Service, Therapist
from booking.services.working_times import WorkingTimes, read_times
from booking.store import appointments as appointment_store
from booking.store import therapists as therapist_store

LISTED_FREE = 3
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class SearchWish:
    """What a patient looks for; what is None does not matter to her."""

    expertise: str | None = None
    place: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class Listing:
    """One therapist in a search, with the next free times of the shortest service."""

    therapist: Therapist
    location: Location
    service: Service
    checked_on: date | None
    next_free: tuple[Slot, ...]


@dataclass(frozen=True)
class Choices:
    """What a search can ask for, as the listed therapists offer it."""

    expertise: list[str]
    places: list[str]
    languages: list[str]


def listings(
    session: Session, wish: SearchWish, *, policies: ClinicPolicies, now: datetime
) -> list[Listing]:
    """Return the bookable therapists that fit the wish, the soonest free first."""
    window = policies.booking.bookable_window(now)
    fitting = [
        (therapist, service)
        for therapist in therapist_store.all_listed(session)
        if (service := _shown_service(therapist, wish, now)) is not None
    ]
    times = read_times(session, [therapist.id for therapist, _ in fitting], window, now)
    found = [
        Listing(
            therapist,
            service.location,
            service,
            _last_checked(therapist),
            _first_free(session, times, service, window, policies.booking),
        )
        for therapist, service in fitting
    ]
    return sorted(
        found,
        key=lambda one: (
            not one.next_free,
            one.next_free[0].starts_at if one.next_free else now,
            one.therapist.id,
        ),
    )


def choices(session: Session, *, now: datetime) -> Choices:
    """Return what the search can ask for: only what some bookable therapist offers."""
    listed = [
        therapist
        for therapist in therapist_store.all_listed(session)
        if _shown_service(therapist, SearchWish(), now) is not None
    ]
    return Choices(
        expertise=sorted({tag for one in listed for tag in one.expertise}),
        places=sorted({place.city for one in listed for place in one.locations}),
        languages=sorted({language for one in listed for language in one.languages}),
    )


def therapist_by_slug(session: Session, slug: str, *, now: datetime) -> Therapist:
    """Return a bookable therapist; raises NotFound for anyone else, without saying why."""
    therapist = therapist_store.by_slug(session, slug)
    if therapist is None or _shown_service(therapist, SearchWish(), now) is None:
        raise NotFound("There is no therapist here at the moment.")
    return therapist


def free_slots(
    session: Session,
    service_id: UUID,
    *,
    first: date,
    days: int,
    zone: ZoneInfo,
    policies: ClinicPolicies,
    now: datetime,
    moving: UUID | None = None,
) -> list[Slot]:
    """Return the free slots that begin on the visitor's days `first` to `first + days - 1`.

    `zone` is the visitor's. `moving` names an appointment whose own time counts as free.
    """
    asked = Interval(
        local_instant(first, time(0), zone),
        local_instant(first + days * _ONE_DAY, time(0), zone),
    )
    offered = policies.booking.bookable_window(now)
    window = Interval(max(asked.start, offered.start), min(asked.end, offered.end))
    if window.end <= window.start:
        return []
    service = offered_service(session, service_id)
    times = read_times(session, [service.therapist_id], window, now, ignoring=moving)
    free = times.free(service, window, policies.booking)
    return list(_offered(session, free, service, policies.booking, moving=moving))


def next_free(
    session: Session,
    service_id: UUID,
    after: datetime,
    *,
    policies: ClinicPolicies,
    now: datetime,
    limit: int = LISTED_FREE,
    moving: UUID | None = None,
) -> list[Slot]:
    """Return the first free slots at or after an instant."""
    offered = policies.booking.bookable_window(now)
    window = Interval(max(after, offered.start), offered.end)
    service = offered_service(session, service_id)
    times = read_times(session, [service.therapist_id], window, now, ignoring=moving)
    free = times.free(service, window, policies.booking)
    offers = _offered(session, free, service, policies.booking, moving=moving)
    return list(islice(offers, limit))


def offered_service(session: Session, service_id: UUID) -> Service:
    """Return an active service; raises NotFound."""
    service = therapist_store.service(session, service_id)
    if service is None:
        raise NotFound("This service is not offered.")
    return service


def may_take_place(service: Service, starts_at: datetime) -> bool:
    """Whether the therapist is vetted for the place on the session's own day there."""
    day = starts_at.astimezone(ZoneInfo(service.location.zone)).date()
    return service.therapist.vetted(day, service.location.jurisdiction).bookable


def cap_reached(
    session: Session,
    service: Service,
    starts_at: datetime,
    policy: BookingPolicy,
    *,
    moving: UUID | None = None,
) -> bool:
    """Whether the therapist already has as many sessions that day as the clinic allows."""
    if policy.daily_cap is None:
        return False
    zone = ZoneInfo(service.location.zone)
    day = starts_at.astimezone(zone).date()
    whole_day = Interval(
        local_instant(day, time(0), zone), local_instant(day + _ONE_DAY, time(0), zone)
    )
    count = appointment_store.sessions_on(session, service.therapist_id, whole_day, ignoring=moving)
    return count >= policy.daily_cap


def _offered(
    session: Session,
    slots: Iterable[Slot],
    service: Service,
    policy: BookingPolicy,
    *,
    moving: UUID | None = None,
) -> Iterator[Slot]:
    """Leave out the days on which the therapist is not vetted or has enough sessions."""
    verdicts: dict[date, bool] = {}
    zone = ZoneInfo(service.location.zone)
    for slot in slots:
        day = slot.starts_at.astimezone(zone).date()
        if day not in verdicts:
            verdicts[day] = may_take_place(service, slot.starts_at) and not cap_reached(
                session, service, slot.starts_at, policy, moving=moving
            )
        if verdicts[day]:
            yield slot


def _shown_service(therapist: Therapist, wish: SearchWish, now: datetime) -> Service | None:
    """Return the shortest service that fits the wish, or None where nothing does."""
    if wish.expertise and wish.expertise not in therapist.expertise:
        return None
    if wish.language and wish.language not in therapist.languages:
        return None
    for service in therapist.services:
        place = service.location
        wanted = (wish.place or "").strip().casefold()
        fits = wanted in place.city.casefold() or wanted == place.jurisdiction.casefold()
        if service.active and fits and may_take_place(service, now):
            return service
    return None


def _first_free(
    session: Session,
    times: WorkingTimes,
    service: Service,
    window: Interval,
    policy: BookingPolicy,
) -> tuple[Slot, ...]:
    free = times.free(service, window, policy)
    return tuple(islice(_offered(session, free, service, policy), LISTED_FREE))


def _last_checked(therapist: Therapist) -> date | None:
    return max((one.checked_on for one in therapist.credentials if one.checked_on), default=None)
