"""What a message tells about an appointment, and what it asks."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from booking.checkins.models import CheckIn
from booking.clinic.clinic import Clinic
from booking.messaging.inbound_models import Question
from booking.messaging.kinds import KINDS, Channel, Topic
from booking.messaging.models import Message
from booking.messaging.ports import Links
from booking.scheduling.models import Appointment
from booking.scheduling.texting import TEXTS_STOPPED

LINK_KEEPS = timedelta(days=30)
"""How long after its session an appointment's own page stays open."""


def question_of(
    message: Message, appointment: Appointment | None, check_in: CheckIn | None, now: datetime
) -> Question | None:
    """Return the question a text asks, or None where it asks nothing.

    Where the phone already has such a question open, a text gives only its link instead: a
    reply belongs to the earlier question, and nobody's answer can land with somebody else.
    A discreet patient gets only links.
    """
    patient = appointment.patient if appointment else None
    if message.channel is not Channel.SMS or appointment is None or patient is None:
        return None
    if patient.discreet:
        return None
    topic = KINDS[message.kind].asks
    if topic is Topic.SCORES and check_in is not None:
        expires_at = check_in.closes_at
    elif topic is Topic.ATTENDANCE:
        expires_at = appointment.starts_at
    else:
        return None
    return Question(
        phone=message.recipient,
        topic=topic,
        patient_id=patient.id,
        appointment_id=appointment.id,
        check_in_id=check_in.id if check_in else None,
        message_id=message.id,
        asked_at=now,
        expires_at=expires_at,
    )


def _facts(
    message: Message,
    appointment: Appointment | None,
    check_in: CheckIn | None,
    *,
    clinic: Clinic,
    links: Links,
    asks: bool,
) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "clinic": clinic.name,
        "clinic_phone": clinic.phone,
        "emergency": clinic.emergency_number,
        "crisis_line": clinic.crisis_line,
        "on_call": clinic.on_call is not None,
        "asks": asks,
        # Not every clinic's texts come from one number; a pool of them has only a name.
        "texts_number": clinic.sender if clinic.sender.startswith("+") else "",
        TEXTS_STOPPED: False,
        # Makes two texts of the same words tell apart in the carrier's list.
        "ref": message.id.hex[-4:],
        **message.facts,
    }
    if appointment is not None:
        place = ZoneInfo(appointment.location.zone)
        facts |= {
            "patient": appointment.patient.name if appointment.patient else "",
            "therapist": appointment.therapist.name,
            "when": appointment.starts_at.astimezone(place),
            "yours": appointment.starts_at.astimezone(ZoneInfo(message.zone)),
            "elsewhere": _differs(appointment.starts_at, place, ZoneInfo(message.zone)),
            "minutes": appointment.service.minutes,
            "place": appointment.location.name,
            "address": f"{appointment.location.address}, {appointment.location.city}",
            "arrival_note": appointment.location.arrival_note,
            # The text has no room for it; the mail goes in any case.
            "other_settings": appointment.asked_settings is not None,
            "link": links.manage(appointment.id, appointment.ends_at + LINK_KEEPS, message.id),
        }
    if check_in is not None:
        facts["check_in_link"] = links.check_in(check_in.id, check_in.closes_at, message.id)
    return facts


def _differs(at: datetime, place: ZoneInfo, patient: ZoneInfo) -> bool:
    """Whether the patient's clock shows another time, so that the zone has to be named."""
    return at.astimezone(place).utcoffset() != at.astimezone(patient).utcoffset()
