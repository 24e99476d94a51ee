"""The words of a message, made from the facts of the moment it leaves."""

from dataclasses import dataclass
from datetime import datetime

from cryptography.fernet import InvalidToken

from booking.checkins.models import CheckIn
from booking.clinic.clinic import Clinic
from booking.messaging.kinds import KINDS, Channel, Kind
from booking.messaging.models import Message
from booking.messaging.ports import CalendarFile, Links, Texts, WordsFailed
from booking.scheduling.ics import invitation
from booking.scheduling.message_facts import _facts
from booking.scheduling.models import Appointment


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
    rules = KINDS[message.kind]
    if rules.free_text:
        return Words(_written(message))
    facts = _facts(message, appointment, check_in, clinic=clinic, links=links, asks=asks)
    if message.channel is Channel.SMS:
        return Words(texts.sms(_template(message), message.language, facts))
    subject, text, html = texts.email(_template(message), message.language, facts)
    calendar = None
    if appointment is not None and rules.invitation is not None:
        method = rules.invitation.value
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
