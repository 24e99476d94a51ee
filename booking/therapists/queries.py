"""Therapists, their services and their hours."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from booking.therapists import eligibility as vetting
from booking.therapists.models import (
    Credential,
    DayOverride,
    Location,
    Service,
    Therapist,
    WeeklyHours,
)


def by_slug(session: Session, slug: str) -> Therapist | None:
    """Return a therapist with services, places and credentials."""
    return session.scalar(
        select(Therapist)
        .where(Therapist.slug == slug)
        .options(
            selectinload(Therapist.credentials),
            selectinload(Therapist.locations),
            selectinload(Therapist.services).joinedload(Service.location),
        )
    )


def by_ids(session: Session, therapist_ids: Collection[int]) -> Sequence[Therapist]:
    """Return some therapists with everything a listing shows: three statements."""
    query = select(Therapist).where(Therapist.id.in_(therapist_ids))
    return session.scalars(
        query.options(
            selectinload(Therapist.credentials),
            selectinload(Therapist.services).joinedload(Service.location),
        )
    ).all()


def claims(
    session: Session, therapist_ids: Collection[int]
) -> dict[int, list[vetting.CredentialFacts]]:
    """Return what the vetting rules judge of each of some therapists."""
    found: dict[int, list[vetting.CredentialFacts]] = {number: [] for number in therapist_ids}
    rows = session.execute(
        select(
            Credential.therapist_id,
            Credential.type,
            Credential.jurisdiction,
            Credential.expires_on,
            Credential.status,
            Credential.checked_on,
        ).where(Credential.therapist_id.in_(therapist_ids))
    )
    for therapist_id, type_, jurisdiction, expires_on, status, checked_on in rows:
        found[therapist_id].append(
            vetting.CredentialFacts(
                type=type_,
                jurisdiction=jurisdiction,
                expires_on=expires_on,
                status=status,
                checked_on=checked_on,
            )
        )
    return found


def service(session: Session, service_id: UUID) -> Service | None:
    """Return an active service with its place and its therapist."""
    return session.scalar(
        select(Service)
        .where(Service.id == service_id, Service.active)
        .options(joinedload(Service.location), joinedload(Service.therapist))
    )


def weekly_hours(session: Session, therapist_ids: Sequence[int]) -> Sequence[WeeklyHours]:
    """Return the weekly hours of these therapists."""
    return session.scalars(
        select(WeeklyHours).where(WeeklyHours.therapist_id.in_(therapist_ids))
    ).all()


def overrides(
    session: Session, therapist_ids: Sequence[int], first: date, last: date
) -> Sequence[DayOverride]:
    """Return the days with other hours from `first` to `last`, both included."""
    return session.scalars(
        select(DayOverride).where(
            DayOverride.therapist_id.in_(therapist_ids), DayOverride.day.between(first, last)
        )
    ).all()


def zones(session: Session) -> Sequence[str]:
    """Return the zones that places lie in, each once."""
    return session.scalars(select(Location.zone).distinct()).all()
