"""The message log in words: what was sent or not, when, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from booking.clinic.unit_of_work import UnitOfWork
from booking.desk import message_log
from booking.kit.phone import mask
from booking.messaging.kinds import Channel, Kind, Lane
from booking.messaging.message import MAY_GO_AGAIN, MessageEventType, MessageState
from booking.messaging.models import Message, MessageEvent
from booking.messaging.reason import Reason
from booking.web.formats import short_when
from booking.web.language import gettext, marked
from booking.web.staff.history_words import step_words, told_words
from booking.web.staff.reason_words import REASON_WORDS, error_words, reason_words

STATE_WORDS: Final = {
    MessageState.PENDING: marked("Waits until it is due"),
    MessageState.CLAIMED: marked("About to go"),
    MessageState.SENDING: marked("On its way out"),
    MessageState.UNKNOWN: marked("Not known yet whether it left"),
    MessageState.ACCEPTED: marked("Handed over"),
    MessageState.QUEUED: marked("Handed over"),
    MessageState.SENT: marked("Sent"),
    MessageState.DELIVERED: marked("Delivered"),
    MessageState.UNDELIVERED: marked("Not delivered"),
    MessageState.FAILED: marked("Failed"),
    MessageState.CANCELLED: marked("Called off"),
    MessageState.EXPIRED: marked("Too late, not sent"),
    MessageState.SUPPRESSED: marked("Held back"),
}
WENT_WRONG: Final = MAY_GO_AGAIN | {MessageState.UNKNOWN}
ON_TIME: Final = timedelta(minutes=1)
CHANNEL_WORDS: Final = {Channel.SMS: marked("Text"), Channel.EMAIL: marked("Mail")}
LANE_WORDS: Final = {
    Lane.SAFETY: marked("Safety"),
    Lane.ANSWERS: marked("Answers"),
    Lane.NEWS: marked("News"),
    Lane.REMINDERS: marked("Reminders"),
    Lane.CHECK_INS: marked("Check-ins"),
}


@dataclass(frozen=True)
class Line:
    """One message: what, how, to whom (masked), where it stands, since when and why."""

    id: UUID
    kind: str
    channel: str
    recipient: str
    state: str
    went_wrong: bool
    due_at: datetime
    at: datetime
    is_ahead: bool
    why: str
    history: tuple[tuple[datetime, str, str], ...]

    @property
    def is_off_time(self) -> bool:
        """Whether it came to stand where it does at another time than when it was due."""
        return not self.is_ahead and abs(self.at - self.due_at) > ON_TIME


def ledger_lines(uow: UnitOfWork, messages: Sequence[Message], *, zone: str) -> list[Line]:
    """Return one line for each message, with its history."""
    events = message_log.events_of(uow, messages)
    is_stopped = message_log.is_stopped(uow)
    return [
        _line(message, events[message.id], _state(message, is_stopped, zone, uow.now))
        for message in messages
    ]


def masked_mail(address: str) -> str:
    """Return a mail address of which only the first letter and the domain can be read."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}***{at}{domain}" if at else "***"


def kind_name(kind: Kind) -> str:
    """Return a kind's name in English; the catalogue has one of each."""
    return kind.value.replace("check_in", "check-in").replace("_", " ").capitalize()


def kind_words(kind: Kind) -> str:
    """Return what staff calls a kind of message."""
    return gettext(kind_name(kind))


def recipient_words(message: Message) -> str:
    """Return whom a message goes to, masked."""
    is_text = message.channel is Channel.SMS
    return mask(message.recipient) if is_text else masked_mail(message.recipient)


def why(message: Message, events: Sequence[MessageEvent]) -> str:
    """Return why a message stands where it does, as a sentence or a few words.

    What was met as it was handed over stands in its history alone.
    """
    told = error_words(message.error_code)
    if not told and message.reason is Reason.OTHER_SIDE:
        told = next(filter(None, (told_words(one.detail) for one in reversed(events))), "")
    elif not told and message.reason is not None:
        told = gettext(REASON_WORDS[message.reason])
    return told or reason_words(message.reason_before or "")


def _state(message: Message, is_stopped: bool, zone: str, now: datetime) -> str:
    """Return where a message stands; one that nobody may send now does not wait until it is due."""
    is_due = message.state is MessageState.PENDING and message.next_attempt_at <= now
    if is_due and is_stopped and message.channel is Channel.SMS:
        since = short_when(message.next_attempt_at, zone)
        return gettext("Due since %(time)s, texts are stopped", time=since)
    return gettext(STATE_WORDS[message.state])


def _line(message: Message, events: Sequence[MessageEvent], state: str) -> Line:
    is_ahead = message.state is MessageState.PENDING
    return Line(
        id=message.id,
        kind=kind_words(message.template),
        channel=gettext(CHANNEL_WORDS[message.channel]),
        recipient=recipient_words(message),
        state=state,
        went_wrong=message.state in WENT_WRONG,
        due_at=message.due_at,
        at=message.due_at
        if is_ahead
        else message.final_at or message.accepted_at or message.send_started_at or message.due_at,
        is_ahead=is_ahead,
        why=why(message, events),
        history=tuple((e.at, step_words(e), _stood(e)) for e in events),
    )


def _stood(event: MessageEvent) -> str:
    """Return where the message stood after a step; a report is noted before it is applied."""
    is_report = (event.type or event.what) == MessageEventType.REPORT
    return "" if is_report else gettext(STATE_WORDS[event.state])
