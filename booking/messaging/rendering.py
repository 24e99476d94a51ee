"""The words of a message, made from the facts of the moment it leaves."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.fernet import InvalidToken

from booking.domain.message import WRITTEN_BY_PEOPLE, Channel, Kind
from booking.models import Appointment, CheckIn, Message, Question
from booking.models.conversation import Topic
from booking.ports import CalendarFile, Clinic, Links, Texts, WordsFailed
from booking.services.invitations import invitation
from booking.services.texting import TEXTS_STOPPED

LINK_KEEPS = timedelta(days=30)
"""How long after its session an appointment's own page stays open."""

WITH_INVITATION = frozenset({Kind.CONFIRMATION, Kind.MOVED, Kind.CLOCK_CHANGE, Kind.CANCELLED})
ASKS_ATTENDANCE = frozenset({Kind.CONFIRMATION, Kind.MOVED, Kind.REMINDER})
ASKS = ASKS_ATTENDANCE | {Kind.CHECK_IN}


@dataclass(frozen=True)
class Words:
    """A message in full; a text has no subject, HTML or calendar file."""

    text: str
    subject: str = ""
    html: str = ""
    calendar: CalendarFile | None = None


def words_for(
    message: Message,
    appointment: Appointment | None,
    check_in: CheckIn | None,
    *,
    asks: bool,
    clinic: Clinic,
    texts: Texts,
    links: Links,
    now: datetime,
) -> Words:
    """Return what a message says now; `asks` tells that a reply to it would be understood.

    Raises WordsFailed where that cannot be told.
    """
    if message.kind in WRITTEN_BY_PEOPLE:
        return Words(_written(message))
    facts = _facts(message, appointment, check_in, clinic=clinic, links=links, asks=asks)
    if message.channel is Channel.SMS:
        return Words(texts.sms(_template(message), message.language, facts))
    subject, text, html = texts.email(_template(message), message.language, facts)
    calendar = None
    if appointment is not None and message.kind in WITH_INVITATION:
        method = "CANCEL" if message.kind is Kind.CANCELLED else "REQUEST"
        content = invitation(
            appointment, clinic=clinic, language=message.language, method=method, now=now
        )
        calendar = CalendarFile(method, content)
    return Words(text, subject, html, calendar)


def _template(message: Message) -> Kind:
    """Return the kind whose words a message has, read only now for the same reason."""
    try:
        return message.template
    except InvalidToken:
        raise WordsFailed("which safety text it is cannot be decrypted") from None


def _written(message: Message) -> str:
    """Return what a person wrote, read only now: one that cannot be read stops no other."""
    try:
        words = message.words
    except InvalidToken:
        raise WordsFailed("what was written cannot be decrypted") from None
    if words is None:
        raise WordsFailed("nothing was written")
    return words


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
    if message.kind is Kind.CHECK_IN and check_in is not None:
        topic, expires_at = Topic.SCORES, check_in.closes_at
    elif message.kind in ASKS_ATTENDANCE:
        topic, expires_at = Topic.ATTENDANCE, appointment.starts_at
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
