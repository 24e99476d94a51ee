"""When a message about an appointment would no longer be true."""

from dataclasses import dataclass
from datetime import datetime

from booking.messaging.kinds import KINDS, Kind
from booking.scheduling.states import OPEN_STATES, State


@dataclass(frozen=True, slots=True)
class AppointmentFacts:
    """What matters of the appointment a message is about."""

    state: State
    version: int
    starts_at: datetime
    therapist_vetted: bool


def staleness(kind: Kind, version: int | None, appointment: AppointmentFacts, now: datetime) -> str:
    """Return why a message of a version would no longer be true, or nothing."""
    rules = KINDS[kind]
    if rules.follows_appointment:
        if appointment.version != version:
            return "the appointment has another time now"
        if appointment.state not in OPEN_STATES:
            return f"the appointment is {appointment.state.value.replace('_', ' ')}"
        if now >= appointment.starts_at:
            return "the session has begun"
    if rules.needs_eligible_therapist and not appointment.therapist_vetted:
        return "the therapist may not work that day"
    return ""
