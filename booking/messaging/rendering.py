"""The words of a message, made from the facts of the moment it leaves."""

from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.fernet import InvalidToken

from booking.clinic.clinic import Clinic
from booking.messaging.kinds import KINDS, Channel, Kind
from booking.messaging.models import Message
from booking.messaging.ports import CalendarFile, MessageRenderer, RenderError
from booking.messaging.subjects import SubjectBatch


@dataclass(frozen=True)
class RenderedMessage:
    """A message in full; a text has no subject, HTML or calendar file."""

    text: str
    subject: str = ""
    html: str = ""
    calendar: CalendarFile | None = None


def render(
    message: Message, about: SubjectBatch, *, asks: bool, clinic: Clinic, texts: MessageRenderer
) -> RenderedMessage:
    """Return what a message says now; `asks` tells that a reply to it would be understood.

    Raises RenderError where that cannot be told.
    """
    if KINDS[message.kind].free_text:
        return RenderedMessage(_written(message))
    facts = {**_facts(message, clinic, asks=asks), **about.facts(message)}
    if message.channel is Channel.SMS:
        return RenderedMessage(texts.sms(_template(message), message.language, facts))
    subject, text, html = texts.email(_template(message), message.language, facts)
    return RenderedMessage(text, subject, html, about.calendar(message))


def _facts(message: Message, clinic: Clinic, *, asks: bool) -> Mapping[str, object]:
    """Return what a template may tell of the clinic, and of the message itself."""
    return {
        "clinic": clinic.name,
        "clinic_phone": clinic.phone,
        "emergency": clinic.emergency_number,
        "crisis_line": clinic.crisis_line,
        "on_call": clinic.on_call is not None,
        "asks": asks,
        # Not every clinic's texts come from one number; a pool of them has only a name.
        "texts_number": clinic.sender if clinic.sender.startswith("+") else "",
        # Makes two texts of the same words tell apart in the carrier's list.
        "ref": message.id.hex[-4:],
        **message.variables,
    }


def _template(message: Message) -> Kind:
    """Return the kind whose words a message has, read only now for the same reason."""
    try:
        return message.template
    except InvalidToken:
        raise RenderError("which safety text it is cannot be decrypted") from None


def _written(message: Message) -> str:
    """Return what a person wrote, read only now: one that cannot be read stops no other."""
    try:
        body = message.body
    except InvalidToken:
        raise RenderError("what was written cannot be decrypted") from None
    if body is None:
        raise RenderError("nothing was written")
    return body
