"""The links to a check-in."""

from uuid import UUID

from booking.checkins import queries
from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.errors import LinkClosed


def check_open_to_check_in(uow: UnitOfWork, check_in_id: UUID, mark: int) -> None:
    """Raise LinkClosed where this link to a check-in was closed."""
    if queries.is_closed_of_check_in(uow.session, check_in_id, mark):
        raise LinkClosed
