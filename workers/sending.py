"""One sender at work: claim, last look, hand over, record, until nothing more is due."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from booking.core import Runtime
from booking.ports import SendResult
from booking.services import delivery, outcomes
from booking.store import ticks

LONGEST_RUN = timedelta(seconds=10)
LONGEST_NAP = timedelta(milliseconds=250)
"""While the rate is used up, an answer that comes in waits no longer than this to be seen."""

log = structlog.get_logger()


@dataclass(frozen=True)
class _Round:
    """What one look at the outbox brought."""

    handed_over: int = 0
    wait: timedelta | None = None


def send_due(
    runtime: Runtime, owner: str, *, should_stop: Callable[[], bool] = lambda: False
) -> int:
    """Send what is due, the most urgent lane first before each batch; returns how many left.

    A run ends when nothing is due, or after a while: the next tick goes on.
    """
    handed_over = 0
    ends_at = runtime.clock.now() + LONGEST_RUN
    _be_seen(runtime)
    while runtime.clock.now() < ends_at and not should_stop():
        rounds = (_send_texts(runtime, owner), _send_mails(runtime, owner))
        left = sum(one.handed_over for one in rounds)
        handed_over += left
        waits = [one.wait for one in rounds if one.wait is not None]
        if left:
            continue
        if not waits or runtime.clock.now() + waits[0] > ends_at:
            break
        runtime.clock.sleep(min(waits[0], LONGEST_NAP))
    return handed_over


def _claimant(runtime: Runtime, owner: str) -> delivery.Claimant:
    return delivery.Claimant(owner, runtime.policies.delivery.lease)


def _send_texts(runtime: Runtime, owner: str) -> _Round:
    with runtime.database.transaction() as session:
        claimed = delivery.claim_texts(
            session,
            _claimant(runtime, owner),
            sender=runtime.clinic.sender,
            rate=runtime.settings.sender_rate,
            now=runtime.clock.now(),
        )
    return _Round(_send_batch(runtime, claimed.ids, owner), claimed.wait)


def _send_mails(runtime: Runtime, owner: str) -> _Round:
    with runtime.database.transaction() as session:
        claimed = delivery.claim_mails(session, _claimant(runtime, owner), now=runtime.clock.now())
    return _Round(_send_batch(runtime, claimed.ids, owner))


def _send_batch(runtime: Runtime, ids: Sequence[UUID], owner: str) -> int:
    if not ids:
        return 0
    with runtime.database.transaction() as session:
        outgoing = delivery.start(
            session,
            ids,
            owner,
            clinic=runtime.clinic,
            policies=runtime.policies,
            texts=runtime.texts,
            links=runtime.links,
            now=runtime.clock.now(),
        )
    results: list[SendResult] = [
        *runtime.sms.send(outgoing.texts),
        *runtime.email.send(outgoing.mails),
    ]
    with runtime.database.transaction() as session:
        outcomes.record(session, results, clinic=runtime.clinic, now=runtime.clock.now())
    for result in results:
        log.info("handed over", message=str(result.message_id), outcome=result.outcome.value)
    # Those put aside count too: the outbox may hold more behind them.
    return len(ids)


def _be_seen(runtime: Runtime) -> None:
    now: datetime = runtime.clock.now()
    with runtime.database.transaction() as session:
        ticks.seen(session, ticks.SENDING, now)
