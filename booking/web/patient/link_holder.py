"""Whoever opened a link that a patient was sent: who acts, and which language they chose."""

from collections.abc import Iterator
from contextlib import contextmanager

from booking.clinic.actor import System
from booking.clinic.unit_of_work import UnitOfWork
from booking.scheduling import appointments
from booking.scheduling.lookup import patient_acting
from booking.scheduling.models import Appointment
from booking.web.current import unit_of_work
from booking.web.guard import subject
from booking.web.language import speak


@contextmanager
def unit_of_work_of_holder() -> Iterator[UnitOfWork]:
    """Open a unit of work in the hands of the patient whose appointment the link names."""
    with unit_of_work(System.BOOKING_PAGE) as uow:
        appointment = appointments.get(uow, subject())
        speak_as_booked(appointment)
        yield uow.acting_as(patient_acting(appointment))


def speak_as_booked(appointment: Appointment) -> None:
    """Let the page speak the language that the booking form asked for.

    Not the one the patient has kept since before: whoever only knows a name, a number and a
    mail address would learn it by booking.
    """
    if appointment.patient is not None:
        asked = appointment.asked_settings or {}
        speak(str(asked.get("language", appointment.patient.language)))
