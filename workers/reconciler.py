"""Asking the carrier what became of texts; no transaction is open while it answers."""

from collections.abc import Callable
from datetime import timedelta

import structlog

from booking.clinic.actor import System
from booking.messaging import reconciliation
from booking.messaging.ports import CarrierOutOfReach, CarrierRecord
from booking.messaging.reconciliation import UnconfirmedMessage
from booking.runtime import Runtime

LONGEST_TURN = timedelta(seconds=10)
"""A slow carrier must not keep a worker from stopping."""
AT_ONCE = 5
"""Whoever is noted as asked for waits a minute for the next turn, asked or not."""

log = structlog.get_logger()


def reconcile(
    runtime: Runtime,
    *,
    longest: timedelta = LONGEST_TURN,
    should_stop: Callable[[], bool] = lambda: False,
) -> int:
    """Ask about the texts whose fate should be known by now; returns how many were asked for.

    A turn ends when all were asked for, when the carrier is out of reach, or after a while:
    the next one goes on with the rest.
    """
    begins_at = runtime.clock.now()
    ends_at = begins_at + longest
    asked = 0

    def is_over() -> bool:
        return should_stop() or not begins_at <= runtime.clock.now() < ends_at

    while not is_over() and (unconfirmed := _unconfirmed(runtime)):
        for one in unconfirmed:
            if is_over():
                break
            try:
                records = _records(runtime, one)
            except CarrierOutOfReach as away:
                log.warning("carrier out of reach", reason=str(away))
                return asked
            _apply(runtime, one, records)
            asked += 1
    return asked


def _unconfirmed(runtime: Runtime) -> list[UnconfirmedMessage]:
    with runtime.unit_of_work(System.WORKERS) as uow:
        return reconciliation.due_for_lookup(uow, limit=AT_ONCE)


def _apply(runtime: Runtime, one: UnconfirmedMessage, records: list[CarrierRecord]) -> None:
    with runtime.unit_of_work(System.WORKERS) as uow:
        reconciliation.apply_lookup(uow, one, records, runtime.subjects)


def _records(runtime: Runtime, one: UnconfirmedMessage) -> list[CarrierRecord]:
    if one.sid is None:
        return runtime.sms.sent_to(one.phone)
    record = runtime.sms.fetch(one.sid)
    return [record] if record else []
