"""Taking messages out of the outbox: claim, and the last look before they leave.

Each function here runs in a transaction of its own; the carrier is called between
`begin_sending` and `send_results.apply_results`, never inside one. docs/messages.md tells the
whole way of one message.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.keyring import digest_of
from booking.messaging import batch_queries as batches
from booking.messaging import preflight, transitions
from booking.messaging import question_queries as question_store
from booking.messaging import sender_queries as sender_store
from booking.messaging.failures import fall_back_to_email, suppress
from booking.messaging.inbound_models import OpenQuestion
from booking.messaging.kinds import Channel, Lane
from booking.messaging.message import MessageEventType, MessageState
from booking.messaging.models import Message
from booking.messaging.ports import MessageRenderer, OutgoingEmail, OutgoingText, RenderError
from booking.messaging.preflight import BatchContext
from booking.messaging.reason import Reason
from booking.messaging.rendering import RenderedMessage, render
from booking.messaging.rules.send_rules import SendAction, SendDecision, decide
from booking.messaging.rules.sms_segments import segments
from booking.messaging.subjects import Subjects
from booking.messaging.transitions import Lease, claim, transition, transition_all

BATCH = 100
QUARANTINE_DELAY = timedelta(minutes=1)
LONGEST_AT_CARRIER = timedelta(hours=10)
SHORTEST_AT_CARRIER = timedelta(seconds=5)
"""A text with less time left than this would only be dropped on its way."""
_STEPS: dict[SendAction, tuple[MessageState, MessageEventType]] = {
    SendAction.CANCEL: (MessageState.CANCELLED, MessageEventType.CANCELLED),
    SendAction.EXPIRE: (MessageState.EXPIRED, MessageEventType.EXPIRED),
    SendAction.POSTPONE: (MessageState.PENDING, MessageEventType.POSTPONED),
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
class Worker:
    """A process that sends: its name on the lease, how long that lasts, and how much it takes."""

    owner: str
    lease: timedelta
    limit: int = BATCH


def claim_texts(uow: UnitOfWork, worker: Worker, *, rate: float) -> Claimed:
    """Take due texts of the most urgent lane that has any, and pay for them.

    One segment a text is paid here; `begin_sending` pays the rest. A stopped or paused sender and
    an empty bucket take nothing: every process asks the same row, so together they keep the rate.
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
    limit = min(worker.limit, bucket.affordable)
    ids = _claim(uow, Channel.SMS, worker, limit)
    if ids:
        sender_store.keep_bucket(paying, bucket.spent(len(ids)))
    return Claimed(ids)


def claim_mails(uow: UnitOfWork, worker: Worker) -> Claimed:
    """Take due mails of the most urgent lane that has any; nothing paces them."""
    return Claimed(_claim(uow, Channel.EMAIL, worker, worker.limit))


def begin_sending(
    uow: UnitOfWork, ids: Sequence[UUID], owner: str, *, subjects: Subjects, texts: MessageRenderer
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
    asking = question_store.open_questions(session, _questions(going, batch), now)
    ready: list[tuple[Message, RenderedMessage]] = []
    for message in going:
        asks = message.id in asking
        try:
            rendered = render(message, batch.about, asks=asks, clinic=uow.clinic, texts=texts)
        except RenderError as failed:
            _fail(uow, message, failed, subjects)
        else:
            _note_body(message, rendered)
            ready.append((message, rendered))
    transition_all(
        uow, [one for one, _ in ready], MessageState.SENDING, event=MessageEventType.STARTED
    )
    leaving = [_outgoing(message, rendered, now) for message, rendered in ready]
    _charge_segments(uow, batch, leaving)
    return Outgoing(
        texts=tuple(one for one in leaving if isinstance(one, OutgoingText)),
        mails=tuple(one for one in leaving if isinstance(one, OutgoingEmail)),
        started_at=now,
    )


def quarantine(uow: UnitOfWork, message_id: UUID, owner: str, *, error: str) -> None:
    """Put off a claimed message that cannot even be looked at, for as long as it is of use.

    Nobody foresaw this, so it may be our own fault and mended soon: it is tried again every
    minute, which raises an alarm, and fails when its time is over. `error` is the name of what
    went wrong, for the history; nothing of the row is read.
    """
    state = transitions.quarantine(
        uow, message_id, owner, Reason.UNRENDERABLE, until=uow.now + QUARANTINE_DELAY
    )
    if state is not None:
        event = MessageEventType.WORDS_FAILED
        batches.add_events(uow, [message_id], event, state, reason=Reason.UNRENDERABLE, error=error)


def _claim(uow: UnitOfWork, channel: Channel, worker: Worker, limit: int) -> Sequence[UUID]:
    lease = Lease(worker.owner, uow.now + worker.lease)
    for lane in batches.lanes_due(uow.session, channel, uow.now):
        ids = claim(uow, channel, lane, lease, limit=limit)
        if ids:
            return ids
    return ()


def _may_go(uow: UnitOfWork, message: Message, batch: BatchContext, subjects: Subjects) -> bool:
    """Put a message aside unless it is right to send it now."""
    now, policies = uow.now, uow.policies
    quiet = policies.reminders.quiet_hours
    decision = decide(batch.context(message, now), quiet, now, policies.caps)
    if decision.action is SendAction.SEND and _is_too_late(message, now):
        decision = SendDecision(SendAction.EXPIRE, Reason.TOO_LATE)
    if decision.action is SendAction.SEND:
        batch.count(message, now)
        return True
    if decision.action is SendAction.SUPPRESS:
        suppress(uow, message, subjects, reason=decision.reason)
    else:
        _apply_decision(uow, message, decision)
    return False


def _fail(uow: UnitOfWork, message: Message, failed: RenderError, subjects: Subjects) -> None:
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
    fall_back_to_email(uow, message, subjects)


def _charge_segments(
    uow: UnitOfWork, batch: BatchContext, leaving: Sequence[OutgoingText | OutgoingEmail]
) -> None:
    """Pay for the segments beyond one a text, and take back what was paid for texts that stay."""
    paid = sum(message.channel is Channel.SMS for message in batch.messages)
    used = sum(segments(one.body) for one in leaving if isinstance(one, OutgoingText))
    if used != paid:
        sender = sender_store.locked(uow.session, uow.clinic.sender, uow.now)
        sender_store.keep_bucket(sender, sender_store.bucket_of(sender).spent(used - paid))


def _questions(messages: Sequence[Message], batch: BatchContext) -> list[OpenQuestion]:
    asked = (batch.about.question(message) for message in messages)
    return [question for question in asked if question is not None]


def _apply_decision(uow: UnitOfWork, message: Message, decision: SendDecision) -> None:
    state, event = _STEPS[decision.action]
    transition(uow, message, state, event=event, why=decision.reason, next_at=decision.until)


def _note_body(message: Message, rendered: RenderedMessage) -> None:
    """Keep the digest of a message's body, and its segments where it is a text."""
    message.body_digest = digest_of(rendered.text)
    if message.channel is Channel.SMS:
        message.segments = segments(rendered.text)


def _outgoing(
    message: Message, rendered: RenderedMessage, now: datetime
) -> OutgoingText | OutgoingEmail:
    """Return what the gateway is given of a message."""
    if message.channel is Channel.SMS:
        return OutgoingText(
            message.id,
            message.recipient,
            rendered.text,
            _valid_for(message, now),
            send_deadline=message.lease_until,
        )
    return OutgoingEmail(
        message.id,
        message.recipient,
        rendered.subject,
        rendered.text,
        rendered.html,
        rendered.calendar,
    )


def _is_too_late(message: Message, now: datetime) -> bool:
    """Whether the carrier has no time left for a text; what may save somebody is tried anyway."""
    is_text = message.channel is Channel.SMS and message.lane != Lane.SAFETY
    return is_text and message.expires_at - now < SHORTEST_AT_CARRIER


def _valid_for(message: Message, now: datetime) -> int:
    """Return how long the carrier may keep trying, in seconds."""
    left = min(message.expires_at - now, LONGEST_AT_CARRIER)
    return max(1, int(left.total_seconds()))
