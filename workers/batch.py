"""One batch: the last look and the hand-over; one bad message must not take the others along."""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import chain
from typing import TypeVar
from uuid import UUID

import structlog
from cryptography.fernet import InvalidToken
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError

from booking.clinic.actor import System
from booking.kit.errors import DomainError
from booking.kit.faults import fault_of
from booking.messaging import delivery
from booking.messaging import send_results as outcomes
from booking.messaging.kinds import Channel
from booking.messaging.ports import OutgoingEmail, OutgoingText, SendOutcome, SendResult, Trouble
from booking.monitoring import metrics
from booking.monitoring.levels import lateness
from booking.runtime import Runtime

T = TypeVar("T")
Message = TypeVar("Message", OutgoingText, OutgoingEmail)

ROW_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    DomainError,
    InvalidToken,
    LookupError,
    RuntimeError,
    StatementError,
    TypeError,
    ValueError,
)
"""What a row that nobody foresaw can raise; it is that row's trouble, and no other's."""
RETRYABLE_SQLSTATES = frozenset({"40P01", "40001"})
"""PostgreSQL's codes for a deadlock and a serialization failure: the same again may go well."""

log = structlog.get_logger()


def start_batch(runtime: Runtime, ids: Sequence[UUID], owner: str) -> delivery.Outgoing:
    """Look once more at what was claimed, and return what is to be handed over.

    Where one message makes that fail, they are looked at one by one, and it is put off alone.
    Raises DBAPIError where the database itself is in trouble: the lease gives all back then.
    """
    if not ids:
        return delivery.Outgoing()
    try:
        return _once_more(lambda: _start(runtime, ids, owner, runtime.clock.now()))
    except ROW_ERRORS as error:
        if _is_the_databases(error):
            raise
        log.error("a batch is looked at one by one", error=type(error).__name__)
    return _start_each(runtime, ids, owner, runtime.clock.now())


def send_batch(runtime: Runtime, outgoing: delivery.Outgoing) -> None:
    """Call the carrier with no transaction open, and record what it said."""
    by_channel: dict[Channel, list[SendResult]] = {
        Channel.SMS: _sent(runtime.sms.send, outgoing.texts),
        Channel.EMAIL: _sent_mails(runtime, outgoing.mails),
    }
    _record(
        runtime,
        [result for some in by_channel.values() for result in some],
        outgoing.started_at,
    )
    for channel, some in by_channel.items():
        for result in some:
            metrics.count_send(channel, result.outcome)
            log.info("handed over", message=str(result.message_id), outcome=result.outcome.value)


def _start(runtime: Runtime, ids: Sequence[UUID], owner: str, now: datetime) -> delivery.Outgoing:
    with runtime.unit_of_work(System.WORKERS, now) as uow:
        return delivery.begin_sending(
            uow, ids, owner, subjects=runtime.subjects, texts=runtime.texts
        )


def _start_each(
    runtime: Runtime, ids: Sequence[UUID], owner: str, now: datetime
) -> delivery.Outgoing:
    """Look at each message by itself, all at the same instant: they leave as one batch."""
    started: list[delivery.Outgoing] = []
    for one in ids:
        try:
            started.append(_start_alone(runtime, one, owner, now))
        except DBAPIError as away:
            if not started:
                raise
            # What has started has to be handed over; the rest comes back with its lease.
            log.warning("a batch is cut short", fault=fault_of(away), error=type(away).__name__)
            break
    return delivery.Outgoing(
        texts=tuple(chain.from_iterable(one.texts for one in started)),
        mails=tuple(chain.from_iterable(one.mails for one in started)),
        started_at=now,
    )


def _start_alone(runtime: Runtime, one: UUID, owner: str, now: datetime) -> delivery.Outgoing:
    try:
        return _once_more(lambda: _start(runtime, [one], owner, now))
    except ROW_ERRORS as error:
        if _is_the_databases(error):
            raise
        name = type(error).__name__
    log.error("a message cannot be sent", message=str(one), error=name)
    with runtime.unit_of_work(System.WORKERS, now) as uow:
        delivery.quarantine(uow, one, owner, error=name)
    return delivery.Outgoing()


def _sent(
    send: Callable[[Sequence[Message]], list[SendResult]], batch: Sequence[Message]
) -> list[SendResult]:
    """Hand a batch over; should its gateway break, each message may or may not have left."""
    try:
        return send(batch)
    except ROW_ERRORS as error:
        log.error("a gateway broke", error=type(error).__name__)
        return [
            SendResult(one.message_id, SendOutcome.UNKNOWN, reason=Trouble.BROKE_OFF)
            for one in batch
        ]


def _sent_mails(runtime: Runtime, mails: Sequence[OutgoingEmail]) -> list[SendResult]:
    """Hand mails over, each by itself where one of them breaks the gateway: they may go twice."""
    results = _sent(runtime.email.send, mails)
    if len(mails) > 1 and all(one.reason == Trouble.BROKE_OFF for one in results):
        return [result for mail in mails for result in _sent(runtime.email.send, [mail])]
    return results


def _record(runtime: Runtime, results: Sequence[SendResult], started_at: datetime | None) -> None:
    """Record what the other side said, of each message by itself where they fail together."""
    try:
        _once_more(lambda: _record_all(runtime, results, started_at))
        return
    except ROW_ERRORS as error:
        if _is_the_databases(error):
            raise
        log.error("results are recorded one by one", error=type(error).__name__)
    for result in results:
        try:
            _record_all(runtime, [result], started_at)
        except ROW_ERRORS as error:
            if _is_the_databases(error):
                raise
            # Its lease runs out: then it is one of those whose fate is looked for.
            log.error(
                "a result cannot be recorded",
                message=str(result.message_id),
                error=type(error).__name__,
            )


def _record_all(
    runtime: Runtime, results: Sequence[SendResult], started_at: datetime | None
) -> None:
    taken = {one.message_id for one in results if one.outcome is SendOutcome.ACCEPTED}
    with runtime.unit_of_work(System.WORKERS) as uow:
        outcomes.apply_results(uow, results, runtime.subjects, started_at=started_at)
        late = lateness(uow, taken, runtime.clock.now())
    for lane, seconds in late:
        metrics.observe_lateness(lane, seconds)


def _once_more(work: Callable[[], T]) -> T:
    """Do a transaction again that lost a race for its locks; only once."""
    try:
        return work()
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) not in RETRYABLE_SQLSTATES:
            raise
        log.warning("a race for locks was lost", reason=type(error.orig).__name__)
    return work()


def _is_the_databases(error: Exception) -> bool:
    """Whether the database itself is in trouble, and no row of ours is to blame."""
    return isinstance(error, DBAPIError) and not isinstance(error, (DataError, IntegrityError))
