"""All texts and phones the carrier knows, in memory; the store keeps a copy."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from simulator.ids import message_sid
from simulator.message import Message
from simulator.segments import segment_count
from simulator.server_sent_events import PageStreams
from simulator.store import Store


@dataclass(slots=True)
class Phone:
    """A patient's phone: its texts both ways, oldest first, and how many are unread."""

    number: str
    messages: list[Message] = field(default_factory=list)
    unread: int = 0

    @property
    def latest(self) -> int:
        """The order of its newest text, for sorting phones."""
        return self.messages[-1].seq if self.messages else 0


class State:
    """The carrier's memory of texts, phones and opt-outs."""

    def __init__(self, store: Store, live: PageStreams) -> None:
        self._store = store
        self._live = live
        self.messages: dict[str, Message] = {}
        self.phones: dict[str, Phone] = {}
        self._opt_outs = set(store.opt_outs())
        self._next_seq = 1
        for message in store.messages():
            self._remember(message)
        for number, unread in store.unread().items():
            self._phone(number).unread = unread

    def add(
        self,
        *,
        direction: str,
        sender: str,
        recipient: str,
        body: str,
        status: str,
        at: datetime,
        **details: Any,
    ) -> Message:
        """Record a new text and put it on the patient's phone."""
        message = Message(
            sid=details.pop("sid", None) or message_sid(has_media=bool(details.get("media"))),
            seq=self._next_seq,
            direction=direction,
            sender=sender,
            recipient=recipient,
            body=body,
            status=status,
            segments=segment_count(body),
            created_at=at,
            updated_at=at,
            **details,
        )
        self._remember(message)
        self._store.keep(message)
        if not message.is_inbound:
            phone = self._phone(message.phone)
            phone.unread += 1
            self._store.keep_unread(phone.number, phone.unread)
        self._live.changed()
        return message

    def changed(self, message: Message, at: datetime) -> None:
        """Write down that a text has a new status."""
        message.updated_at = at
        if message.sid in self.messages:
            self._store.keep(message)
        self._live.changed()

    def delete(self, message: Message) -> None:
        """Take a text out of the carrier's memory; the ledger keeps it."""
        del self.messages[message.sid]
        self._phone(message.phone).messages.remove(message)
        self._store.forget(message)
        self._live.changed()

    def phones_by_newest(self) -> list[Phone]:
        """Return the phones with the one that had the newest text first."""
        return sorted(self.phones.values(), key=lambda phone: phone.latest, reverse=True)

    def phone(self, number: str) -> Phone:
        """Return a phone, an empty one for a number never texted."""
        return self.phones.get(number) or Phone(number)

    def mark_read(self, number: str) -> None:
        """Note that somebody looked at a phone."""
        phone = self.phones.get(number)
        if phone is not None and phone.unread:
            phone.unread = 0
            self._store.keep_unread(number, 0)

    def candidates(self, recipient: str | None, sender: str | None) -> Iterable[Message]:
        """Return the texts, oldest first, among which those of a pair of numbers are."""
        for number in (recipient, sender):
            if number is not None and number in self.phones:
                return self.phones[number].messages
        return self.messages.values()

    def is_opted_out(self, phone: str, sender: str) -> bool:
        """Whether a phone has told this sender to stop."""
        return (phone, sender) in self._opt_outs

    def opt_out(self, phone: str, sender: str) -> None:
        """Block a sender for a phone."""
        self._opt_outs.add((phone, sender))
        self._store.keep_opt_out(phone, sender)

    def opt_in(self, phone: str, sender: str) -> None:
        """Let a sender text a phone again."""
        self._opt_outs.discard((phone, sender))
        self._store.forget_opt_out(phone, sender)

    def opt_outs(self) -> list[tuple[str, str]]:
        """Return the blocked pairs of phone and sender, in order."""
        return sorted(self._opt_outs)

    def _phone(self, number: str) -> Phone:
        return self.phones.setdefault(number, Phone(number))

    def _remember(self, message: Message) -> None:
        self.messages[message.sid] = message
        self._phone(message.phone).messages.append(message)
        self._next_seq = max(self._next_seq, message.seq + 1)
