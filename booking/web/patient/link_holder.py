"""Whoever opened a link that a patient was sent, as the one who acts."""

from collections.abc import Iterator
from contextlib import contextmanager

from booking.clinic.actor import System
from booking.clinic.unit_of_work import UnitOfWork
from booking.scheduling import appointments
from booking.scheduling.lookup import patient_acting
from booking.web.current import unit_of_work
from booking.web.guard import subject


@contextmanager
def unit_of_work_of_holder() -> Iterator[UnitOfWork]:
    """Open a unit of work in the hands of the patient whose appointment the link names."""
    with unit_of_work(System.BOOKING_PAGE) as uow:
        yield uow.acting_as(patient_acting(appointments.get(uow, subject())))
