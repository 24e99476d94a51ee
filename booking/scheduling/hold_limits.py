"""How much of the calendars people may keep over the web while they fill in a form."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from booking.clinic.policy import BookingPolicy
from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.advisory_locks import LockSpace, lock_keys
from booking.kit.errors import CalendarKept, TooManyHolds
from booking.kit.intervals import Interval, Range
from booking.kit.local_time import local_instant
from booking.scheduling import availability, hold_queries
from booking.scheduling.offer import Offer
from booking.scheduling.offer_queries import AvailabilityQuery
from booking.scheduling.rules.slots import Slot, free_runs
from booking.scheduling.transitions import lapse


@dataclass(frozen=True)
class Visitor:
    """Who asks over the web: keyed hashes of an address and of a browser, kept for a day."""

    address: str
    browser: str


def make_room(uow: UnitOfWork, by: Visitor, offer: Offer, slot: Slot) -> None:
    """Let a visitor take one more hold, and give back the browser's oldest beyond its few.

    Raises TooManyHolds, or CalendarKept where too little of the therapist's time stays free.
    """
    session, now, limits = uow.session, uow.now, uow.policies.abuse
    lock_keys(session, LockSpace.STRANGERS, [f"visitor {by.address}"])
    live = hold_queries.count(session, by.address, by.browser, offer.therapist_id, now)
    spare = live.of_browser - limits.holds_per_browser + 1
    given_back = _give_back(uow, by, spare) if spare > 0 else 0
    if live.of_visitor - given_back >= limits.holds_per_visitor:
        raise TooManyHolds("of_visitor")
    if live.in_all - given_back >= limits.holds_in_all:
        raise TooManyHolds("in_all")
    if live.of_therapist >= limits.holds_always:
        _keep_enough_free(uow, offer, slot)


def _give_back(uow: UnitOfWork, by: Visitor, spare: int) -> int:
    """End the oldest holds of a browser as if their time were over; returns how many."""
    oldest = hold_queries.oldest(uow.session, by.address, by.browser, spare, uow.now)
    lapse(uow.session, oldest, uow.now)
    return len(oldest)


def _keep_enough_free(uow: UnitOfWork, offer: Offer, slot: Slot) -> None:
    """Raise CalendarKept where, with one more hold, the holds would take too many free starts."""
    session, now, limits, policy = uow.session, uow.now, uow.policies.abuse, uow.policies.booking
    # Beyond the few that are always fine, one visitor after the other looks and takes.
    lock_keys(session, LockSpace.CALENDARS, [str(offer.therapist_id)])
    week = _week_of(slot.starts_at, ZoneInfo(offer.eligibility.zone))
    held = hold_queries.stretches_of(session, offer.therapist_id, now)
    if sum(week.overlaps(one) for one in held) < limits.holds_always:
        return
    offered = policy.bookable_window(now)
    window = Interval(max(week.start, offered.start), min(week.end, offered.end))
    around = availability.offer_of(uow, offer.service_id, AvailabilityQuery(window, now))
    busy = around.busy_times()
    booked = [one for one in busy if one not in held]
    before = _starts(around, booked, window, policy)
    after = _starts(around, [*busy, slot.blocked], window, policy)
    if after < before * limits.kept_free:
        raise CalendarKept


def _week_of(at: datetime, zone: ZoneInfo) -> Interval:
    """Return the week of an instant, from Monday on, as the place counts it."""
    day = at.astimezone(zone).date()
    monday = day - timedelta(days=day.weekday())
    ends = monday + timedelta(days=7)
    return Interval(local_instant(monday, time(0), zone), local_instant(ends, time(0), zone))


def _starts(offer: Offer, busy: Iterable[Range], window: Interval, policy: BookingPolicy) -> int:
    """Count the free starts of an offer beside what is busy."""
    shape = availability.shape_of(offer, policy)
    return sum(
        run.starts for run in free_runs(offer.opening_hours_around(window), busy, shape, window)
    )
