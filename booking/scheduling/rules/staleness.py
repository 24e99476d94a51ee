"""When a message about an appointment would no longer be true."""

from dataclasses import dataclass
from datetime import datetime

from booking.messaging.kinds import KINDS, Kind
from booking.messaging.reason import Reason
from booking.scheduling.states import OPEN_STATES, State

_OVER_AS = {
    State.HELD: Reason.IS_HELD,
    State.ARRIVED: Reason.IS_ARRIVED,
    State.DONE: Reason.IS_DONE,
    State.MISSED: Reason.IS_MISSED,
    State.CANCELLED: Reason.IS_CANCELLED,
    State.NEEDS_REASSIGNMENT: Reason.NEEDS_REASSIGNMENT,
}


@dataclass(frozen=True, slots=True)
class AppointmentFacts:
    """What matters of the appointment a message is about."""

    state: State
    version: int
    starts_at: datetime
    therapist_vetted: bool


def staleness(
    kind: Kind, version: int | None, appointment: AppointmentFacts, now: datetime
) -> Reason | None:
    """Return why a message of a version would no longer be true, or None."""
    rules = KINDS[kind]
    if rules.follows_appointment:
        if appointment.version != version:
            return Reason.OTHER_TIME
        if appointment.state not in OPEN_STATES:
            return _OVER_AS[appointment.state]
        if now >= appointment.starts_at:
            return Reason.HAS_BEGUN
    if rules.needs_eligible_therapist and not appointment.therapist_vetted:
        return Reason.THERAPIST_NOT_ELIGIBLE
    return None
