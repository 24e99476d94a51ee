"""One sender at work: claim, last look, hand over, record, until nothing more is due."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import structlog

from booking.core import Runtime
from booking.domain.message import Lane
from booking.ports import SendResult
from booking.services import delivery
from booking.store import senders as sender_store

LONGEST_RUN = timedelta(seconds=30)

log = structlog.get_logger()


def send_due(runtime: Runtime, owner: str) -> int:
    """Send what is due, the most urgent lane first before each batch; returns how many left.

    A run ends when nothing is due, or after half a minute: the next tick goes on.
    """
    handed_over = 0
    ends_at = runtime.clock.now() + LONGEST_RUN
    while runtime.clock.now() < ends_at:
        ids = _claim(runtime, owner)
        if not ids:
            break
        handed_over += _send_batch(runtime, ids, owner)
    return handed_over


def _claim(runtime: Runtime, owner: str) -> list[UUID]:
    with runtime.database.transaction() as session:
        if sender_store.is_stopped(session, runtime.clinic.sender):
            return []
        now = runtime.clock.now()
        for lane in Lane:
            ids = delivery.claim(session, lane, owner, now=now)
            if ids:
                return ids
    return []


def _send_batch(runtime: Runtime, ids: Sequence[UUID], owner: str) -> int:
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
        delivery.record(session, results, clinic=runtime.clinic, now=runtime.clock.now())
    for result in results:
        log.info("handed over", message=str(result.message_id), outcome=result.outcome.value)
    return len(results)
