"""Who is free when: searches, and the slots of one service."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby, islice
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from booking.clinic.policy import BookingPolicy
from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.errors import NotFound
from booking.kit.intervals import Interval
from booking.kit.local_time import local_instant
from booking.scheduling import offer_queries as offer_store
from booking.scheduling.offer import Offer
from booking.scheduling.offer_queries import AvailabilityQuery
from booking.scheduling.rules.slots import Slot, SlotShape, free_runs, runs_by_day
from booking.therapists import queries as therapist_store
from booking.therapists.models import Location, Service, Therapist

LISTED_FREE = 3
LOOK_AHEAD = (timedelta(days=2), timedelta(days=8))
"""How far a search for the first few free times looks first: most are found within days, and
only who has too few in them is looked at further, at last up to the horizon."""

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class SearchCriteria:
    """What a patient looks for; what is None does not matter to her.

    With `before`, somebody whose first free time is not before it is not found.
    """

    expertise: str | None = None
    place: str | None = None
    language: str | None = None
    before: datetime | None = None


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
    """What a search can ask for, as the bookable therapists offer it."""

    expertise: list[str]
    places: list[str]
    languages: list[str]


@dataclass(frozen=True)
class SearchResult:
    """What a search found: the first listings, how many there are, and what else can be asked."""

    listings: list[Listing]
    count: int
    choices: Choices


def search(uow: UnitOfWork, wish: SearchCriteria, *, most: int) -> SearchResult:
    """Find the bookable therapists that fit the wish, the soonest free first.

    All are looked at; `most` of them are read in full. A constant number of statements.
    """
    session, now, policy = uow.session, uow.now, uow.policies.booking
    window = policy.bookable_window(now)
    offered = offer_store.all_offers(session, _reading(_stages(window)[0], now, policy))
    bookable = [one for one in offered if one.eligibility.vetted_at(now)]
    shown = [
        next(of_one)
        for _, of_one in groupby(
            (one for one in bookable if _fits(one, wish)), key=lambda one: one.therapist_id
        )
    ]
    free = _first_free(uow, shown, window, LISTED_FREE)
    found = [(one, free[one.service_id]) for one in shown]
    if wish.before is not None:
        found = [(one, slots) for one, slots in found if slots and slots[0].starts_at < wish.before]
    found.sort(
        key=lambda pair: (
            not pair[1],
            pair[1][0].starts_at if pair[1] else now,
            pair[0].therapist_id,
        )
    )
    return SearchResult(_listings(session, found[:most]), len(found), _choices(bookable))


def therapist_by_slug(uow: UnitOfWork, slug: str) -> Therapist:
    """Return a bookable therapist; raises NotFound for anyone else, without saying why."""
    therapist = therapist_store.by_slug(uow.session, slug)
    if therapist is None or not any(
        service.active and _is_vetted(therapist, service, uow.now) for service in therapist.services
    ):
        raise NotFound
    return therapist


def free_slots(
    uow: UnitOfWork,
    service_id: UUID,
    *,
    first: date,
    days: int,
    zone: ZoneInfo,
    moving: UUID | None = None,
) -> list[Slot]:
    """Return the free slots that begin on the visitor's days `first` to `first + days - 1`.

    `zone` is the visitor's. `moving` names an appointment whose own time counts as free.
    """
    asked = Interval(
        local_instant(first, time(0), zone),
        local_instant(first + days * _ONE_DAY, time(0), zone),
    )
    policy = uow.policies.booking
    offered = policy.bookable_window(uow.now)
    window = Interval(max(asked.start, offered.start), min(asked.end, offered.end))
    if window.end <= window.start:
        return []
    offer = offer_of(uow, service_id, _reading(window, uow.now, policy, moving))
    return list(_free(offer, window, policy))


def next_free(
    uow: UnitOfWork,
    service_id: UUID,
    after: datetime,
    *,
    limit: int = LISTED_FREE,
    moving: UUID | None = None,
) -> list[Slot]:
    """Return the first free slots at or after an instant."""
    policy = uow.policies.booking
    offered = policy.bookable_window(uow.now)
    window = Interval(max(after, offered.start), offered.end)
    offer = offer_of(uow, service_id, _reading(_stages(window)[0], uow.now, policy, moving))
    found = _first_free(uow, [offer], window, limit, moving=moving)
    return list(found[offer.service_id])


def offered_service(uow: UnitOfWork, service_id: UUID) -> Service:
    """Return an active service with its place and its therapist; raises NotFound."""
    service = therapist_store.service(uow.session, service_id)
    if service is None:
        raise NotFound
    return service


def offer_of(uow: UnitOfWork, service_id: UUID, reading: AvailabilityQuery) -> Offer:
    """Return an active service as an offer; raises NotFound."""
    offer = offer_store.offer(uow.session, service_id, reading)
    if offer is None:
        raise NotFound
    return offer


def may_take_place(uow: UnitOfWork, service_id: UUID, starts_at: datetime) -> bool:
    """Whether the therapist is vetted for the place on the session's own day there."""
    eligibility = offer_store.eligibility(uow.session, service_id)
    return eligibility is not None and eligibility.vetted_at(starts_at)


def shape_of(offer: Offer, policy: BookingPolicy) -> SlotShape:
    """Return how long the service takes, with its buffers and its step."""
    return _shape(offer.minutes, offer.minutes_before, offer.minutes_after, policy.step)


@lru_cache(maxsize=1_024)
def _shape(minutes: int, before: int, after: int, step: timedelta) -> SlotShape:
    return SlotShape(
        duration=timedelta(minutes=minutes),
        before=timedelta(minutes=before),
        after=timedelta(minutes=after),
        step=step,
    )


def is_full(offer: Offer, starts_at: datetime, policy: BookingPolicy) -> bool:
    """Whether the therapist already has as many sessions that day as the clinic allows."""
    if policy.daily_cap is None:
        return False
    day = starts_at.astimezone(ZoneInfo(offer.eligibility.zone)).date()
    return offer.starts_by_day().get(day, 0) >= policy.daily_cap


def _reading(
    window: Interval, now: datetime, policy: BookingPolicy, moving: UUID | None = None
) -> AvailabilityQuery:
    return AvailabilityQuery(window, now, ignoring=moving, with_starts=policy.daily_cap is not None)


def _free(offer: Offer, window: Interval, policy: BookingPolicy) -> Iterator[Slot]:
    """Yield the free slots on days on which the therapist is vetted and has room."""
    shape = shape_of(offer, policy)
    runs = free_runs(offer.opening_hours_around(window), offer.busy_times(), shape, window)
    cap = policy.daily_cap
    counts = offer.starts_by_day() if cap is not None else {}
    for day, run in runs_by_day(runs, policy.step, ZoneInfo(offer.eligibility.zone)):
        if offer.eligibility.vetted_on(day) and (cap is None or counts.get(day, 0) < cap):
            yield from shape.slots(run)


def _first_free(
    uow: UnitOfWork,
    offers: Iterable[Offer],
    window: Interval,
    limit: int,
    *,
    moving: UUID | None = None,
) -> Mapping[UUID, tuple[Slot, ...]]:
    """Return the first free slots in the window of each offer, by its service's id.

    The offers were read for the first stage; those with too few slots in it are read again.
    """
    policy = uow.policies.booking
    found: dict[UUID, tuple[Slot, ...]] = {}
    short = list(offers)
    for stage in _stages(window):
        if found:
            ids = [one.service_id for one in short]
            short = offer_store.offers(uow.session, ids, _reading(stage, uow.now, policy, moving))
        for one in short:
            found[one.service_id] = tuple(islice(_free(one, stage, policy), limit))
        short = [one for one in short if len(found[one.service_id]) < limit]
        if not short:
            break
    return found


def _stages(window: Interval) -> list[Interval]:
    """Return longer and longer beginnings of the window, the whole of it last."""
    ends = [min(window.start + ahead, window.end) for ahead in LOOK_AHEAD]
    return [Interval(window.start, end) for end in dict.fromkeys((*ends, window.end))]


def _fits(offer: Offer, wish: SearchCriteria) -> bool:
    wanted = (wish.place or "").strip().casefold()
    return (
        (not wish.expertise or wish.expertise in offer.expertise)
        and (not wish.language or wish.language in offer.languages)
        and (wanted in offer.city.casefold() or wanted == offer.eligibility.jurisdiction.casefold())
    )


def _listings(session: Session, found: Sequence[tuple[Offer, tuple[Slot, ...]]]) -> list[Listing]:
    therapists = therapist_store.by_ids(session, [offer.therapist_id for offer, _ in found])
    services = {service.id: service for one in therapists for service in one.services}
    return [
        Listing(
            therapist=services[offer.service_id].therapist,
            location=services[offer.service_id].location,
            service=services[offer.service_id],
            checked_on=_last_checked(services[offer.service_id].therapist),
            next_free=slots,
        )
        for offer, slots in found
    ]


def _choices(bookable: Sequence[Offer]) -> Choices:
    return Choices(
        expertise=sorted({tag for one in {o.expertise for o in bookable} for tag in one}),
        places=sorted({one.city for one in bookable}),
        languages=sorted({name for one in {o.languages for o in bookable} for name in one}),
    )


def _is_vetted(therapist: Therapist, service: Service, now: datetime) -> bool:
    place = service.location
    day = now.astimezone(ZoneInfo(place.zone)).date()
    return therapist.vetted(day, place.jurisdiction).bookable


def _last_checked(therapist: Therapist) -> date | None:
    return max((one.checked_on for one in therapist.credentials if one.checked_on), default=None)
