"""What a message tells about an appointment, and what it asks."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.messaging.inbound_models import OpenQuestion
from booking.messaging.kinds import Channel, Topic
from booking.messaging.models import Message
from booking.messaging.ports import Links
from booking.scheduling.models import Appointment
from booking.scheduling.texting import TEXTS_STOPPED

LINK_TTL = timedelta(days=30)
"""How long after its session an appointment's own page stays open."""


def question_about(
    message: Message,
    appointment: Appointment,
    topic: Topic,
    *,
    asked_at: datetime,
    expires_at: datetime,
    check_in_id: UUID | None = None,
) -> OpenQuestion | None:
    """Return the question a text asks about a session, or None where it asks nothing.

    Where the phone already has such a question open, a text gives only its link instead: a
    reply belongs to the earlier question, and nobody's answer can land with somebody else.
    A discreet patient gets only links.
    """
    patient = appointment.patient
    if message.channel is not Channel.SMS or patient is None or patient.discreet:
        return None
    return OpenQuestion(
        phone=message.recipient,
        topic=topic,
        patient_id=patient.id,
        appointment_id=appointment.id,
        check_in_id=check_in_id,
        message_id=message.id,
        asked_at=asked_at,
        expires_at=expires_at,
    )


def facts_of(message: Message, appointment: Appointment, links: Links) -> Mapping[str, object]:
    """Return what a template tells of a session, on the patient's clock and the place's."""
    place, patients = ZoneInfo(appointment.location.zone), ZoneInfo(message.zone)
    return {
        "patient": appointment.patient.name if appointment.patient else "",
        "therapist": appointment.therapist.name,
        "when": appointment.starts_at.astimezone(place),
        "yours": appointment.starts_at.astimezone(patients),
        "elsewhere": _differs(appointment.starts_at, place, patients),
        "minutes": appointment.service.minutes,
        "place": appointment.location.name,
        "address": f"{appointment.location.address}, {appointment.location.city}",
        "arrival_note": appointment.location.arrival_note,
        # The text has no room for it; the mail goes in any case.
        "other_settings": appointment.asked_settings is not None,
        TEXTS_STOPPED: message.variables.get(TEXTS_STOPPED, False),
        "link": links.manage(appointment.id, appointment.ends_at + LINK_TTL, message.id),
    }


def _differs(at: datetime, place: ZoneInfo, patient: ZoneInfo) -> bool:
    """Whether the patient's clock shows another time, so that the zone has to be named."""
    return at.astimezone(place).utcoffset() != at.astimezone(patient).utcoffset()
