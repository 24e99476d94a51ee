"""Signs of life: of whatever sends, and of the database itself."""

from booking.clinic.unit_of_work import UnitOfWork
from booking.monitoring import heartbeat_queries


def note_sending(uow: UnitOfWork) -> None:
    """Note that a sender was seen at work."""
    heartbeat_queries.mark(uow.session, heartbeat_queries.SENDING, uow.now)


def read_probe(uow: UnitOfWork) -> None:
    """Read from the database; raises where it does not answer."""
    heartbeat_queries.ping(uow.session)


def write_probe(uow: UnitOfWork) -> None:
    """Write to the database; raises where it takes nothing."""
    heartbeat_queries.put(uow.session, heartbeat_queries.PROBE, uow.now)
