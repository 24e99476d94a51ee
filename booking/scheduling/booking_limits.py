"""How many sessions strangers may book that nobody has confirmed."""

from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.advisory_locks import LockSpace, lock_keys
from booking.kit.errors import TooManyBookings
from booking.messaging.rules.recipient import counted_as
from booking.patients.service import ReadPerson
from booking.scheduling import stranger_queries
from booking.scheduling.hold_limits import Visitor


def check(uow: UnitOfWork, by: Visitor, person: ReadPerson) -> None:
    """Raise TooManyBookings where one more would be too many for the visitor or the numbers.

    The page never says which of them it was: whether a number has sessions with us is nobody's
    to find out.
    """
    session, limits, mail = uow.session, uow.policies.abuse, counted_as(person.email)
    lock_keys(session, LockSpace.STRANGERS, [f"visitor {by.address}", person.phone, mail])
    booked = stranger_queries.bookings(session, by.address, person.phone, mail, uow.now)
    on_number = max(booked.on_phone, booked.on_mail)
    is_too_many = booked.by_visitor >= limits.bookings_per_visitor or (
        on_number >= limits.bookings_per_number
        and (
            on_number >= limits.bookings_per_proven
            or not stranger_queries.is_proven(session, person.phone)
        )
    )
    if is_too_many:
        raise TooManyBookings
