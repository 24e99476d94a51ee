"""What scheduling announces; booking/event_handlers.py lists what follows, in order."""

from dataclasses import dataclass
from datetime import datetime

from booking.scheduling.models import Appointment


@dataclass(frozen=True, slots=True)
class IntakeGiven:
    """A patient answered the questions before a session, be it booked or requested by them."""

    appointment: Appointment
    texts: tuple[str, ...]
    """What the patient wrote in their own words."""


@dataclass(frozen=True, slots=True)
class AppointmentRequested:
    """A session waits for a clinician's clearance."""

    appointment: Appointment


@dataclass(frozen=True, slots=True)
class AppointmentBooked:
    """A session stands: from the form on, or since its clearance."""

    appointment: Appointment


@dataclass(frozen=True, slots=True)
class AppointmentMoved:
    """A session, booked or requested, has another time."""

    appointment: Appointment
    was_at: datetime


@dataclass(frozen=True, slots=True)
class WallTimeKept:
    """A zone's rules changed, and a session or a hold has the instant of the time it was agreed at.

    It is no AppointmentMoved: nobody chose another time, and no slot became free.
    """

    appointment: Appointment
    was_at: datetime


@dataclass(frozen=True, slots=True)
class AppointmentCancelled:
    """A session will not take place."""

    appointment: Appointment


@dataclass(frozen=True, slots=True)
class SessionFinished:
    """A session took place."""

    appointment: Appointment


@dataclass(frozen=True, slots=True)
class SessionMissed:
    """The patient did not come."""

    appointment: Appointment
