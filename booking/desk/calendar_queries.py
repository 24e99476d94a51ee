"""What stands in the calendars of staff: sessions, blocks, places and whose they are."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from booking.clinic.actor import Actor
from booking.kit.intervals import Interval
from booking.scheduling.models import Appointment
from booking.scheduling.states import State
from booking.scheduling.visibility import visible_to
from booking.therapists.models import Block, Location, Therapist

AHEAD = frozenset({State.BOOKED, State.CONFIRMED, State.ARRIVED})
"""The states of a session that somebody will be, or is, here for."""


def appointments_within(
    session: Session, actor: Actor, therapist_ids: Sequence[int], window: Interval
) -> Sequence[Appointment]:
    """Return the sessions of some therapists that begin within a time, the earliest first."""
    # A cancelled hold nobody finished has no patient: that is no appointment.
    return session.scalars(
        select(Appointment)
        .where(
            Appointment.therapist_id.in_(therapist_ids),
            visible_to(actor),
            Appointment.state != State.HELD,
            Appointment.patient_id.is_not(None),
            Appointment.starts_at >= window.start,
            Appointment.starts_at < window.end,
        )
        .order_by(Appointment.starts_at, Appointment.id)
        .options(
            joinedload(Appointment.patient),
            joinedload(Appointment.service),
            joinedload(Appointment.location),
            joinedload(Appointment.therapist),
        )
    ).all()


def coming_of(
    session: Session, actor: Actor, therapist_id: int, now: datetime
) -> Sequence[Appointment]:
    """Return the sessions that patients still expect of a therapist, the earliest first."""
    return session.scalars(
        select(Appointment)
        .where(
            Appointment.therapist_id == therapist_id,
            Appointment.state.in_(AHEAD | {State.REQUESTED}),
            Appointment.patient_id.is_not(None),
            Appointment.ends_at > now,
            visible_to(actor),
        )
        .order_by(Appointment.starts_at, Appointment.id)
        .options(joinedload(Appointment.patient), joinedload(Appointment.location))
    ).all()


def up_next(session: Session, actor: Actor, therapist_id: int, now: datetime) -> Appointment | None:
    """Return the first session of a therapist that is not over, or None."""
    return session.scalar(
        select(Appointment)
        .where(
            Appointment.therapist_id == therapist_id,
            Appointment.state.in_(AHEAD),
            Appointment.ends_at > now,
            visible_to(actor),
        )
        .order_by(Appointment.starts_at)
        .limit(1)
    )


def appointments_of_patient(
    session: Session, actor: Actor, patient_id: UUID
) -> Sequence[Appointment]:
    """Return those of a patient's appointments that an actor may see, newest first."""
    return session.scalars(
        select(Appointment)
        .where(
            Appointment.patient_id == patient_id,
            Appointment.state != State.HELD,
            visible_to(actor),
        )
        .order_by(Appointment.starts_at.desc(), Appointment.id)
        .options(joinedload(Appointment.service), joinedload(Appointment.therapist))
    ).all()


def blocks_within(
    session: Session, therapist_ids: Sequence[int], window: Interval
) -> Sequence[Block]:
    """Return the blocked times of some therapists that touch a time, the earliest first."""
    return session.scalars(
        select(Block)
        .where(
            Block.therapist_id.in_(therapist_ids),
            Block.ends_at > window.start,
            Block.starts_at < window.end,
        )
        .order_by(Block.starts_at)
    ).all()


def places_of(session: Session, therapist_ids: Sequence[int]) -> Sequence[Location]:
    """Return the places of some therapists."""
    return session.scalars(select(Location).where(Location.therapist_id.in_(therapist_ids))).all()


def first_zone_of(session: Session, therapist_id: int) -> str | None:
    """Return the zone of a therapist's first place by name, or None where they have none."""
    return session.scalar(
        select(Location.zone)
        .where(Location.therapist_id == therapist_id)
        .order_by(Location.name)
        .limit(1)
    )


def therapists_by_name(session: Session) -> Sequence[Therapist]:
    """Return every therapist."""
    return session.scalars(select(Therapist).order_by(Therapist.name, Therapist.id)).all()
