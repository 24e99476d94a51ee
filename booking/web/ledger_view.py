"""The ledger in words: what was sent or not, when, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from booking.domain.message import CARRIER_ERRORS, Channel, MessageState
from booking.domain.phone import masked
from booking.models.message import Message, MessageEvent
from booking.services import ledger

STATE_WORDS: Final = {
    MessageState.PENDING: "Waits until it is due",
    MessageState.CLAIMED: "About to go",
    MessageState.SENDING: "On its way out",
    MessageState.UNKNOWN: "Not known yet whether it left",
    MessageState.ACCEPTED: "Handed over",
    MessageState.QUEUED: "Handed over",
    MessageState.SENT: "Sent",
    MessageState.DELIVERED: "Delivered",
    MessageState.UNDELIVERED: "Not delivered",
    MessageState.FAILED: "Failed",
    MessageState.CANCELLED: "Called off",
    MessageState.EXPIRED: "Too late, not sent",
    MessageState.SUPPRESSED: "Held back",
}
WENT_WRONG: Final = frozenset(
    {MessageState.UNDELIVERED, MessageState.FAILED, MessageState.EXPIRED, MessageState.UNKNOWN}
)
CHANNEL_WORDS: Final = {Channel.SMS: "Text", Channel.EMAIL: "Mail"}


@dataclass(frozen=True)
class Line:
    """One message: what, how, to whom (masked), where it stands, since when and why."""

    kind: str
    channel: str
    recipient: str
    state: str
    went_wrong: bool
    at: datetime
    is_ahead: bool
    why: str
    history: tuple[tuple[datetime, str, str], ...]


def ledger_lines(session: Session, messages: Sequence[Message]) -> list[Line]:
    """Return one line for each message, with its history."""
    events = ledger.events_of(session, messages)
    return [_line(message, events[message.id]) for message in messages]


def masked_mail(address: str) -> str:
    """Return a mail address of which only the first letter and the domain can be read."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}***{at}{domain}" if at else "***"


def _line(message: Message, events: Sequence[MessageEvent]) -> Line:
    is_ahead = message.state is MessageState.PENDING
    return Line(
        kind=message.kind.value.replace("check_in", "check-in").replace("_", " ").capitalize(),
        channel=CHANNEL_WORDS[message.channel],
        recipient=masked(message.recipient)
        if message.channel is Channel.SMS
        else masked_mail(message.recipient),
        state=STATE_WORDS[message.state],
        went_wrong=message.state in WENT_WRONG,
        at=message.due_at
        if is_ahead
        else message.final_at or message.accepted_at or message.send_started_at or message.due_at,
        is_ahead=is_ahead,
        why=_why(message),
        history=tuple((e.at, e.what.replace("_", " "), STATE_WORDS[e.state]) for e in events),
    )


def _why(message: Message) -> str:
    known = CARRIER_ERRORS.get(message.error_code or 0)
    if known is not None:
        return known.for_staff
    if message.error_code:
        return f"The carrier's error {message.error_code}."
    return (message.reason or "").replace("_", " ")
