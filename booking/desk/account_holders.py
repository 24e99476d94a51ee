"""Whose accounts they are, where an account is a therapist's."""

from collections.abc import Sequence

from booking.accounts.permissions import require_administrator
from booking.clinic.unit_of_work import UnitOfWork
from booking.desk import calendar_queries
from booking.kit.errors import InvalidInput
from booking.therapists.models import Therapist


def therapists(uow: UnitOfWork) -> Sequence[Therapist]:
    """Return the therapists an account can be given to, by name; only administrators ask."""
    require_administrator(uow)
    return calendar_queries.therapists_by_name(uow.session)


def therapist_of(uow: UnitOfWork, slug: str) -> int:
    """Return the therapist of a short name; raises InvalidInput."""
    found = next((one.id for one in therapists(uow) if one.slug == slug), None)
    if found is None:
        raise InvalidInput("therapist_unknown")
    return found
