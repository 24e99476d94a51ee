"""What the services need from the world outside, said without naming who provides it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from booking.messaging.kinds import Kind


class SendOutcome(StrEnum):
    """How handing a message over went."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    """The other side said no: nothing was sent."""
    NOT_PROCESSED = "not_processed"
    """Provably never taken (refused connection, 429): may be tried again."""
    UNKNOWN = "unknown"
    """It may or may not have been taken: never tried again blindly."""


class Trouble(StrEnum):
    """What kept a gateway from handing a message over, in one word; staff reads web/staff's."""

    REFUSED = "refused"
    PUT_OFF = "put_off"
    SLOW_DOWN = "slow_down"
    OUT_OF_REACH = "out_of_reach"
    HELD_UP = "held_up"
    """Our own sender came to the socket too late."""
    NO_ID = "no_id"
    """An answer of success that names no text."""
    FOREIGN_ANSWER = "foreign_answer"
    """What answered is not the carrier."""
    ADDRESS_NOT_TAKEN = "address_not_taken"
    """The mail server knows no letters but those of ASCII."""
    UNWRITABLE = "unwritable"
    BROKE_OFF = "broke_off"
    """The gateway itself broke."""


@dataclass(frozen=True)
class SendResult:
    """What became of one message at the gateway.

    `reason` is a Trouble, or the name of an error that nobody foresaw; `about` is the status of
    the answer, or the name of the error, that belongs to a Trouble.
    """

    message_id: UUID
    outcome: SendOutcome
    provider_sid: str | None = None
    error_code: int | None = None
    retry_after_s: float | None = None
    reason: str = ""
    about: str = ""


@dataclass(frozen=True)
class OutgoingText:
    """A text ready to go."""

    message_id: UUID
    to: str
    body: str
    valid_for_s: int
    send_deadline: datetime | None = None
    """When its sender's lease ends: from then on somebody else may be about to send it."""


@dataclass(frozen=True)
class CalendarFile:
    """An iCalendar file in a mail, with the method it states (RFC 5546)."""

    method: str
    content: bytes


@dataclass(frozen=True)
class OutgoingEmail:
    """A mail ready to go."""

    message_id: UUID
    to: str
    subject: str
    text: str
    html: str
    calendar: CalendarFile | None = None


@dataclass(frozen=True)
class CarrierRecord:
    """A text as the carrier lists it."""

    sid: str
    phone: str
    """The patient's side of it."""
    body: str
    status: str
    error_code: int | None
    created_at: datetime | None
    media_count: int = 0
    """How many pictures or recordings came with it; of what kind is not listed."""


class CarrierOutOfReach(Exception):
    """The carrier could not be asked."""


class SmsGateway(Protocol):
    """Hands texts to a carrier, and asks what became of them."""

    def send(self, texts: Sequence[OutgoingText]) -> list[SendResult]:
        """Hand over a batch and return one result for each, in any order; never raises."""
        ...

    def sent_to(self, phone: str) -> list[CarrierRecord]:
        """Return what the carrier lists as sent to a phone; raises CarrierOutOfReach."""
        ...

    def fetch(self, sid: str) -> CarrierRecord | None:
        """Return one text, or None where there is none; raises CarrierOutOfReach."""
        ...

    def received_since(self, at: datetime) -> list[CarrierRecord]:
        """Return the texts patients sent to us after an instant; raises CarrierOutOfReach."""
        ...

    def close(self) -> None:
        """Let go of the connections; a process calls it as it ends."""
        ...


class EmailGateway(Protocol):
    """Hands mails to a mail server."""

    def send(self, mails: Sequence[OutgoingEmail]) -> list[SendResult]:
        """Hand over a batch and return one result for each, in any order; never raises."""
        ...


class RenderError(Exception):
    """The words of a message cannot be made; says why without a word of what it would tell."""


class MessageRenderer(Protocol):
    """Turns a kind of message and its facts into words; raises RenderError where it cannot."""

    def sms(self, kind: Kind, language: str, facts: Mapping[str, object]) -> str:
        """Return the body of a text."""
        ...

    def email(self, kind: Kind, language: str, facts: Mapping[str, object]) -> tuple[str, str, str]:
        """Return a mail's subject, plain text and HTML."""
        ...


class Links(Protocol):
    """Makes the signed links that patients, and staff without a password, act through."""

    def manage(self, appointment_id: UUID, expires_at: datetime, reference: UUID) -> str:
        """Return the address of an appointment's own page."""
        ...

    def check_in(self, check_in_id: UUID, expires_at: datetime, reference: UUID) -> str:
        """Return the address where three numbers can be given."""
        ...

    def invitation(self, link_id: UUID, expires_at: datetime) -> str:
        """Return the address where an invited member of staff chooses a password."""
        ...

    def new_password(self, link_id: UUID, expires_at: datetime) -> str:
        """Return the address where a member of staff chooses another password."""
        ...
