"""Keeping a slot for a patient while the form is filled in."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.errors import HoldExpired, SlotNotOffered, SlotTaken, TherapistNotBookable
from booking.kit.ids import new_id
from booking.kit.intervals import Interval
from booking.kit.wall_time import wall_time
from booking.scheduling import availability, hold_limits, hold_queries
from booking.scheduling import queries as appointment_queries
from booking.scheduling.hold_limits import Visitor
from booking.scheduling.lookup import existing, locked
from booking.scheduling.models import Appointment
from booking.scheduling.offer import Offer
from booking.scheduling.offer_queries import AvailabilityQuery
from booking.scheduling.rules.slots import Slot, slot_at
from booking.scheduling.states import State, Transition, is_kept_or_lapsed
from booking.scheduling.transitions import lapse, transition, transition_if_free
from booking.scheduling.wall_time_queries import wall_columns

VISITORS_KEPT = timedelta(days=1)


def hold(
    uow: UnitOfWork,
    service_id: UUID,
    starts_at: datetime,
    patient_zone: str,
    *,
    by: Visitor | None = None,
) -> Appointment:
    """Keep a slot while the patient fills in the form; `by` tells who asks over the web.

    Raises SlotNotOffered, TherapistNotBookable, or SlotTaken with the next free slots; for a
    visitor also TooManyHolds and CalendarKept.
    """
    offer, slot = offered_slot(uow, service_id, starts_at)
    end_lapsed_of(uow, offer.therapist_id)
    if by is not None:
        hold_limits.make_room(uow, by, offer, slot)
    held = appointment_queries.insert_if_free(
        uow.session,
        {
            "id": new_id(),
            "therapist_id": offer.therapist_id,
            "service_id": offer.service_id,
            "location_id": offer.location_id,
            "state": State.HELD,
            **times_of(slot, offer.eligibility.zone),
            "hold_expires_at": uow.now + uow.policies.booking.hold,
            "patient_zone": patient_zone,
            "visitor": by.address if by else None,
            "browser": by.browser if by else None,
            "version": 1,
            "created_at": uow.now,
        },
    )
    if held is None:
        raise slot_taken(uow, service_id, starts_at)
    return held


def is_kept(appointment: Appointment, now: datetime) -> bool:
    """Whether a hold keeps its time still."""
    until = appointment.hold_expires_at
    return appointment.state is State.HELD and until is not None and until > now


def hold_to_book(
    uow: UnitOfWork, hold_id: UUID, chosen: datetime | None, *, needs_look: bool, by: Visitor | None
) -> UUID:
    """Return the hold to book: this one, or a new one where another time was chosen.

    A hold that only ran out stays the one to book: booking renews it while nobody else has the
    time, so that sending the form twice still books once. A form that needs another look gets
    a fresh hold instead, and with it time to look. Raises what `hold` raises.
    """
    held = existing(uow, hold_id)
    if is_kept(held, uow.now) or held.patient_id is not None:
        return held.id
    starts_at = chosen or held.starts_at
    ran_out = is_kept_or_lapsed(held.state, held.reason)
    if ran_out and starts_at == held.starts_at and not needs_look:
        return held.id
    return hold(uow, held.service_id, starts_at, held.patient_zone, by=by).id


def release(uow: UnitOfWork, hold_id: UUID) -> None:
    """Give a held slot back; nothing happens where it is no hold any more."""
    appointment = locked(uow, hold_id)
    if appointment.state is State.HELD:
        transition(uow, appointment, Transition.RELEASE)


def end_lapsed(uow: UnitOfWork) -> int:
    """End the holds whose time is over, and forget who took older ones; returns how many ended."""
    hold_queries.forget_visitors(uow.session, uow.now - VISITORS_KEPT)
    return _end(uow, hold_queries.lapsed(uow.session, uow.now))


def end_lapsed_of(uow: UnitOfWork, therapist_id: int) -> int:
    """End a therapist's holds whose time is over; returns how many."""
    return _end(uow, hold_queries.lapsed_of(uow.session, therapist_id, uow.now))


def _end(uow: UnitOfWork, hold_ids: Sequence[UUID]) -> int:
    lapse(uow.session, hold_ids, uow.now)
    return len(hold_ids)


def renew_if_lapsed(uow: UnitOfWork, appointment: Appointment) -> None:
    """Take an ended hold up again, so that slow typing loses nothing.

    Raises HoldExpired when somebody else has the time by now, or it is too near.
    """
    if not is_kept_or_lapsed(appointment.state, appointment.reason):
        raise HoldExpired
    if appointment.starts_at <= uow.now:
        raise HoldExpired
    if appointment.state is State.HELD:
        return
    if not transition_if_free(uow, appointment, Transition.RENEW, {}):
        raise HoldExpired


def offered_slot(
    uow: UnitOfWork, service_id: UUID, starts_at: datetime, *, moving: UUID | None = None
) -> tuple[Offer, Slot]:
    """Return the slot of this start if it is on offer, whatever the page had shown.

    Other appointments are left to the database, which refuses an overlap; a therapist's own
    blocks count here. Raises NotFound, TherapistNotBookable or SlotNotOffered.
    """
    around, policy = Interval(starts_at, starts_at), uow.policies.booking
    capped = policy.daily_cap is not None
    reading = AvailabilityQuery(around, uow.now, ignoring=moving, with_starts=capped)
    offer = availability.offer_of(uow, service_id, reading)
    if not offer.eligibility.vetted_at(starts_at):
        raise TherapistNotBookable
    slot = slot_at(
        starts_at,
        offer.opening_hours_around(around),
        offer.blocked_times(),
        availability.shape_of(offer, policy),
        policy.bookable_window(uow.now),
    )
    if slot is None or availability.is_full(offer, starts_at, policy):
        raise SlotNotOffered
    return offer, slot


def slot_taken(
    uow: UnitOfWork, service_id: UUID, starts_at: datetime, *, moving: UUID | None = None
) -> SlotTaken:
    """Return the answer to somebody who came second: the next free slots."""
    free = availability.next_free(uow, service_id, starts_at, moving=moving)
    return SlotTaken([slot.starts_at for slot in free])


def times_of(slot: Slot, zone: str) -> dict[str, Any]:
    """Return a slot at a place of this zone as an appointment's columns."""
    return {
        "starts_at": slot.starts_at,
        "ends_at": slot.ends_at,
        "blocked_from": slot.blocked.start,
        "blocked_until": slot.blocked.end,
        **wall_columns(wall_time(slot.starts_at, zone)),
    }
