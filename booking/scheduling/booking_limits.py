"""How many sessions strangers may book that nobody has confirmed."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.domain.errors import TooManyBookings
from booking.domain.policy import AbusePolicy
from booking.domain.recipient import counted_as
from booking.services.hold_limits import Visitor
from booking.services.people import ReadPerson
from booking.store import strangers as store
from booking.store.turns import Space, take_turns


def check(
    session: Session, by: Visitor, person: ReadPerson, limits: AbusePolicy, now: datetime
) -> None:
    """Raise TooManyBookings where one more would be too many for the visitor or the numbers.

    The page never says which of them it was: whether a number has sessions with us is nobody's
    to find out.
    """
    mail = counted_as(person.email)
    take_turns(session, Space.STRANGERS, [f"visitor {by.address}", person.phone, mail])
    booked = store.bookings(session, by.address, person.phone, mail, now)
    on_number = max(booked.on_phone, booked.on_mail)
    is_too_many = booked.by_visitor >= limits.bookings_per_visitor or (
        on_number >= limits.bookings_per_number
        and (on_number >= limits.bookings_per_proven or not store.is_proven(session, person.phone))
    )
    if is_too_many:
        raise TooManyBookings("Too many sessions that nobody has confirmed.")
