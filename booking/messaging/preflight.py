"""Everything a batch of messages is judged by, read at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.advisory_locks import LockSpace, lock_keys
from booking.messaging import opt_out_queries, web_budget
from booking.messaging import queries as message_store
from booking.messaging.kinds import KINDS, PROACTIVE, Channel
from booking.messaging.models import Message
from booking.messaging.rules.send_rules import KEEPS_QUIET_HOURS, WEEK, SendContext
from booking.messaging.subjects import SubjectBatch, Subjects
from booking.messaging.web_budget import WebBudget
from booking.patients import queries as patient_store


@dataclass
class BatchContext:
    """What decides about a batch of messages; a constant number of statements, however many."""

    messages: Sequence[Message]
    about: SubjectBatch
    """What the messages are about."""
    opted_out: frozenset[str]
    unwilling: frozenset[UUID]
    """The patients who do not agree to texts."""
    abroad: frozenset[str]
    """The phones of countries that the clinic does not text."""
    budget: WebBudget
    """What acts on the web have set off already."""
    sent: dict[str, list[datetime]] = field(default_factory=dict)

    def context(self, message: Message, now: datetime) -> SendContext:
        """Return everything that decides about one message."""
        zone = ZoneInfo(message.zone)
        is_text = message.channel is Channel.SMS
        sent = self.sent.get(message.recipient, []) if is_text else []
        today = now.astimezone(zone).date()
        return SendContext(
            kind=message.kind,
            channel=message.channel,
            expires_at=message.expires_at,
            zone=zone,
            stale=self.about.staleness(message),
            opted_out=is_text and message.recipient in self.opted_out,
            agrees_to_texts=self._agrees_to_texts(message),
            is_texted=message.recipient not in self.abroad,
            keeps_quiet_hours=bool(message.variables.get(KEEPS_QUIET_HOURS)),
            texts_today=sum(at.astimezone(zone).date() == today for at in sent),
            texts_this_week=sum(at > now - WEEK for at in sent),
            room_at=self.budget.room_at(message, now),
        )

    def count(self, message: Message, now: datetime) -> None:
        """Note that a message is about to leave, for those after it in the batch."""
        if message.channel is Channel.SMS and KINDS[message.kind].proactive:
            self.sent.setdefault(message.recipient, []).append(now)
        self.budget.count(message, now)

    def _agrees_to_texts(self, message: Message) -> bool:
        return self.about.allows_texts(message) and message.patient_id not in self.unwilling


def read(uow: UnitOfWork, ids: Sequence[UUID], subjects: Subjects) -> BatchContext:
    """Lock what some messages are about, then the messages, and read what decides about them.

    In this order because whoever moves or cancels an appointment locks it before its messages.
    """
    session, now = uow.session, uow.now
    locked = subjects.lock(uow, ids)
    messages = message_store.by_ids_for_update(session, ids)
    phones = {one.recipient for one in messages if one.channel is Channel.SMS}
    counted = {one.recipient for one in messages if KINDS[one.kind].proactive} & phones
    asking = {one.recipient for one in messages if KINDS[one.kind].asks} & phones
    # Before anything is counted or asked: another sender may have the same phones in hand, and
    # two that count one phone's texts at once would each find room for one more.
    lock_keys(session, LockSpace.SENDING, counted | asking | web_budget.turns_of(messages))
    return BatchContext(
        messages=messages,
        about=locked.read(messages),
        opted_out=opt_out_queries.opted_out(session, phones, uow.clinic.sender),
        abroad=frozenset(phone for phone in phones if not uow.clinic.texts(phone)),
        unwilling=patient_store.unwilling(session, _asked_for_consent(messages)),
        budget=web_budget.read(uow, messages),
        sent=message_store.sent_times(session, counted, PROACTIVE, now - WEEK),
    )


def _asked_for_consent(messages: Sequence[Message]) -> set[UUID]:
    """Return the patients whose word on texts decides about one of some messages."""
    return {
        one.patient_id
        for one in messages
        if one.patient_id and one.channel is Channel.SMS and KINDS[one.kind].needs_consent
    }
