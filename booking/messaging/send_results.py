"""What became of messages that were handed over, or whose sender died."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.clock_skew import ANY_TIME_AGO, is_ahead
from booking.messaging import blocked_queries as held_up
from booking.messaging import queries as message_queries
from booking.messaging import sender_queries as sender_store
from booking.messaging.failures import Refusal, handle_failure
from booking.messaging.kinds import Channel
from booking.messaging.message import HANDED_OVER, MessageEventType, MessageState
from booking.messaging.models import Message
from booking.messaging.ports import SendOutcome, SendResult
from booking.messaging.reason import Reason
from booking.messaging.subjects import Subjects
from booking.messaging.transitions import Told, accept, transition

FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=5)
_TRIED_AGAIN = {
    SendOutcome.NOT_PROCESSED: MessageEventType.NOT_PROCESSED,
    SendOutcome.UNKNOWN: MessageEventType.UNKNOWN,
}


def apply_results(
    uow: UnitOfWork,
    results: Sequence[SendResult],
    subjects: Subjects,
    *,
    started_at: datetime | None = None,
) -> None:
    """Keep what became of each message that was handed over.

    `started_at` tells which attempt the results are of: one that was held up for so long that
    a later attempt has begun knows nothing of that one, unless its text was taken after all.
    """
    accepted = {
        one.message_id: one.provider_sid for one in results if one.outcome is SendOutcome.ACCEPTED
    }
    others = {one.message_id: one for one in results if one.message_id not in accepted}
    accept(uow, accepted)
    for message in message_queries.by_ids_for_update(uow.session, others):
        result = others[message.id]
        if message.state not in HANDED_OVER:
            # A report was faster than the answer to our call; it knows at least as much.
            continue
        if started_at is not None and message.send_started_at != started_at:
            continue
        if result.outcome is SendOutcome.NOT_PROCESSED or _is_idempotent(message, result):
            _retry(uow, message, result)
        elif result.outcome is SendOutcome.UNKNOWN:
            if message.state is MessageState.SENDING:
                told = Told(result.reason, message.error_code, result.about)
                _lose_sight(uow, message, MessageEventType.UNKNOWN, told)
        else:
            refusal = Refusal(
                MessageState.FAILED,
                result.error_code,
                result.reason,
                was_taken=False,
                about=result.about,
            )
            handle_failure(uow, message, refusal, subjects)
    # After the messages, as everybody else who holds both locks takes them.
    silences = [one.retry_after_s for one in results if one.retry_after_s is not None]
    if silences:
        until = uow.now + timedelta(seconds=max(silences))
        sender_store.pause(uow.session, uow.clinic.sender, until, uow.now)


def release_expired_leases(uow: UnitOfWork, *, limit: int = 500) -> int:
    """Take back what a sender that died had claimed; returns how many.

    What had not passed the point of no return is due again; a text that had may have been
    sent, and is unknown until there is evidence. A mail goes again under the same Message-ID.
    Behind a stopped sender there is no last look, so what it came too late for ends here.
    """
    lapsed = message_queries.lapsed_leases(uow.session, uow.now, limit)
    for message in lapsed:
        if message.state is MessageState.CLAIMED or message.channel is Channel.EMAIL:
            transition(uow, message, MessageState.PENDING, event=MessageEventType.LEASE_LAPSED)
        else:
            _lose_sight(uow, message, MessageEventType.LEASE_LAPSED, Reason.WORKER_STOPPED)
    return len(lapsed) + _expire_behind_stopped_sender(uow, limit)


def _lose_sight(
    uow: UnitOfWork, message: Message, event: MessageEventType, why: Reason | Told
) -> None:
    """Note that nobody knows whether a text left; it is looked for from now on."""
    now = uow.now
    if message.send_started_at is not None and is_ahead(message.send_started_at, now):
        # By the clock of then it has yet to leave, and would be called absent, and go again.
        message.send_started_at, message.checked_at = now - ANY_TIME_AGO, now
    transition(uow, message, MessageState.UNKNOWN, event=event, why=why)


def _expire_behind_stopped_sender(uow: UnitOfWork, limit: int) -> int:
    session, now = uow.session, uow.now
    if not held_up.any_stopped(session):
        return 0
    overdue = held_up.past_expiry(session, now, limit)
    for message in overdue:
        transition(
            uow,
            message,
            MessageState.EXPIRED,
            event=MessageEventType.EXPIRED,
            why=Reason.TOO_LATE_STOPPED,
        )
    return len(overdue)


def _is_idempotent(message: Message, result: SendResult) -> bool:
    """Whether a second copy of what may have left does no harm: a mail keeps its Message-ID."""
    return result.outcome is SendOutcome.UNKNOWN and message.channel is Channel.EMAIL


def _retry(uow: UnitOfWork, message: Message, result: SendResult) -> None:
    now = uow.now
    doubled = FIRST_WAIT * 2 ** min(message.attempts - 1, 10)
    wait = min(doubled, LONGEST_WAIT)
    if result.retry_after_s is not None:
        wait = max(wait, timedelta(seconds=result.retry_after_s))
    # Half of the wait differs from message to message, so that they do not all come back at once.
    share = message.id.bytes[-1] / 255
    next_at = now + wait * (0.5 + share / 2)
    if result.retry_after_s is not None:
        next_at = max(next_at, now + timedelta(seconds=result.retry_after_s))
    transition(
        uow,
        message,
        MessageState.PENDING,
        event=_TRIED_AGAIN[result.outcome],
        why=Told(result.reason, result.error_code, result.about),
        next_at=next_at,
    )
