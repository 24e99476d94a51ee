"""Taking messages out of the outbox: claim, and the last look before they leave.

Each function here runs in a transaction of its own; the carrier is called between `start` and
`send_results.record`, never inside one. docs/messages.md tells the whole way of one message.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from booking.clinic.unit_of_work import UnitOfWork
from booking.messaging import batch_queries as batches
from booking.messaging import envelope as envelopes
from booking.messaging import preflight
from booking.messaging import question_queries as question_store
from booking.messaging import rendering as wording
from booking.messaging import sender_queries as sender_store
from booking.messaging.failures import mail_for, mail_instead
from booking.messaging.inbound_models import Question
from booking.messaging.kinds import Channel
from booking.messaging.message import MessageEventType, MessageState
from booking.messaging.models import Message
from booking.messaging.ports import OutgoingEmail, OutgoingText, Texts, WordsFailed
from booking.messaging.preflight import BatchContext
from booking.messaging.reason import Reason
from booking.messaging.send_rules import Decision, Verdict, decide
from booking.messaging.sms_segments import segments
from booking.messaging.subjects import Subjects
from booking.messaging.transitions import (
    Lease,
    claim,
    quarantine,
    transition,
    transition_all,
)

BATCH = 100
PUT_OFF = timedelta(minutes=1)
_PUT_ASIDE: dict[Verdict, tuple[MessageState, MessageEventType]] = {
    Verdict.CANCEL: (MessageState.CANCELLED, MessageEventType.CANCELLED),
    Verdict.EXPIRE: (MessageState.EXPIRED, MessageEventType.EXPIRED),
    Verdict.POSTPONE: (MessageState.PENDING, MessageEventType.POSTPONED),
}


@dataclass(frozen=True)
class Outgoing:
    """What one transaction decided to send."""

    texts: tuple[OutgoingText, ...] = ()
    mails: tuple[OutgoingEmail, ...] = ()
    started_at: datetime | None = None


@dataclass(frozen=True)
class Claimed:
    """What a sender took; `wait` is how long it must wait where it may not go on yet."""

    ids: Sequence[UUID]
    wait: timedelta | None = None


@dataclass(frozen=True)
class Claimant:
    """A process that sends: its name on the lease, how long that lasts, and how much it takes."""

    owner: str
    lease: timedelta
    limit: int = BATCH


def claim_texts(uow: UnitOfWork, claimant: Claimant, *, rate: float) -> Claimed:
    """Take due texts of the most urgent lane that has any, and pay for them.

    One segment a text is paid here; `start` pays the rest. A stopped or paused sender and an
    empty bucket take nothing: every process asks the same row, so together they keep the rate.
    """
    now = uow.now
    paying = sender_store.locked(uow.session, uow.clinic.sender, now)
    if paying.stopped_at is not None:
        return Claimed([])
    if paying.paused_until is not None and paying.paused_until > now:
        return Claimed([], wait=paying.paused_until - now)
    bucket = sender_store.bucket_of(paying).refilled(rate, now)
    if not bucket.affordable:
        return Claimed([], wait=bucket.wait(rate))
    limit = min(claimant.limit, bucket.affordable)
    ids = _claim(uow, Channel.SMS, claimant, limit)
    if ids:
        sender_store.keep_bucket(paying, bucket.spent(len(ids)))
    return Claimed(ids)


def claim_mails(uow: UnitOfWork, claimant: Claimant) -> Claimed:
    """Take due mails of the most urgent lane that has any; nothing paces them."""
    return Claimed(_claim(uow, Channel.EMAIL, claimant, claimant.limit))


def start(
    uow: UnitOfWork, ids: Sequence[UUID], owner: str, *, subjects: Subjects, texts: Texts
) -> Outgoing:
    """Look once more at each claimed message; the commit of this is the point of no return.

    What is not right to send any more leaves the outbox here, with a reason.
    """
    session, now = uow.session, uow.now
    batch = preflight.read(uow, ids, subjects)
    going = [
        message
        for message in batch.messages
        if message.state is MessageState.CLAIMED
        and message.lease_owner == owner
        and _may_go(uow, message, batch, subjects)
    ]
    asking = question_store.ask(session, _questions(going, batch), now)
    ready: list[tuple[Message, wording.Words]] = []
    for message in going:
        asks = message.id in asking
        try:
            words = wording.words_for(
                message, batch.about, asks=asks, clinic=uow.clinic, texts=texts
            )
        except WordsFailed as failed:
            _fail(uow, message, failed, subjects)
        else:
            envelopes.note_words(message, words)
            ready.append((message, words))
    transition_all(
        uow, [one for one, _ in ready], MessageState.SENDING, event=MessageEventType.STARTED
    )
    leaving = [envelopes.outgoing(message, words, now) for message, words in ready]
    _settle(uow, batch, leaving)
    return Outgoing(
        texts=tuple(one for one in leaving if isinstance(one, OutgoingText)),
        mails=tuple(one for one in leaving if isinstance(one, OutgoingEmail)),
        started_at=now,
    )


def lay_aside(uow: UnitOfWork, message_id: UUID, owner: str, *, error: str) -> None:
    """Put off a claimed message that cannot even be looked at, for as long as it is of use.

    Nobody foresaw this, so it may be our own fault and mended soon: it is tried again every
    minute, which raises an alarm, and fails when its time is over. `error` is the name of what
    went wrong, for the history; nothing of the row is read.
    """
    state = quarantine(uow, message_id, owner, Reason.UNRENDERABLE, until=uow.now + PUT_OFF)
    if state is not None:
        event = MessageEventType.WORDS_FAILED
        batches.add_events(uow, [message_id], event, state, reason=Reason.UNRENDERABLE, error=error)


def _claim(uow: UnitOfWork, channel: Channel, claimant: Claimant, limit: int) -> Sequence[UUID]:
    lease = Lease(claimant.owner, uow.now + claimant.lease)
    for lane in batches.lanes_due(uow.session, channel, uow.now):
        ids = claim(uow, channel, lane, lease, limit=limit)
        if ids:
            return ids
    return ()


def _may_go(uow: UnitOfWork, message: Message, batch: BatchContext, subjects: Subjects) -> bool:
    """Put a message aside unless it is right to send it now."""
    now, policies = uow.now, uow.policies
    quiet = policies.reminders.quiet_hours
    decision = decide(batch.situation(message, now), quiet, now, policies.caps)
    if decision.verdict is Verdict.SEND and envelopes.is_too_late(message, now):
        decision = Decision(Verdict.EXPIRE, Reason.TOO_LATE)
    if decision.verdict is Verdict.SEND:
        batch.count(message, now)
        return True
    if decision.verdict is Verdict.SUPPRESS:
        mail_instead(uow, message, subjects, reason=decision.reason)
    else:
        _put_aside(uow, message, decision)
    return False


def _fail(uow: UnitOfWork, message: Message, failed: WordsFailed, subjects: Subjects) -> None:
    """Let a message fail whose words cannot be made; a mail, with words of its own, takes over."""
    question_store.close_of_message(uow.session, message.id, uow.now)
    transition(
        uow,
        message,
        MessageState.FAILED,
        event=MessageEventType.WORDS_FAILED,
        why=Reason.UNRENDERABLE,
        error=str(failed),
    )
    mail_for(uow, message, subjects)


def _settle(
    uow: UnitOfWork, batch: BatchContext, leaving: Sequence[OutgoingText | OutgoingEmail]
) -> None:
    """Pay for the segments beyond one a text, and take back what was paid for texts that stay."""
    paid = sum(message.channel is Channel.SMS for message in batch.messages)
    used = sum(segments(one.body) for one in leaving if isinstance(one, OutgoingText))
    if used != paid:
        sender = sender_store.locked(uow.session, uow.clinic.sender, uow.now)
        sender_store.keep_bucket(sender, sender_store.bucket_of(sender).spent(used - paid))


def _questions(messages: Sequence[Message], batch: BatchContext) -> list[Question]:
    asked = (batch.about.question(message) for message in messages)
    return [question for question in asked if question is not None]


def _put_aside(uow: UnitOfWork, message: Message, decision: Decision) -> None:
    state, event = _PUT_ASIDE[decision.verdict]
    transition(uow, message, state, event=event, why=decision.reason, next_at=decision.until)
