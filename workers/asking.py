"""Asking the carrier what became of texts; no transaction is open while it answers."""

import structlog

from booking.core import Runtime
from booking.ports import CarrierOutOfReach, CarrierRecord
from booking.services import reconciliation
from booking.services.reconciliation import Suspect

log = structlog.get_logger()


def ask_the_carrier(runtime: Runtime) -> int:
    """Ask about every text whose fate should be known by now; returns how many were asked for."""
    policy = runtime.policies.delivery
    with runtime.database.transaction() as session:
        suspects = reconciliation.suspects(session, policy=policy, now=runtime.clock.now())
    asked = 0
    for suspect in suspects:
        try:
            records = _records(runtime, suspect)
        except CarrierOutOfReach as away:
            log.warning("carrier out of reach", reason=str(away))
            break
        with runtime.database.transaction() as session:
            reconciliation.settle(
                session,
                suspect,
                records,
                policy=policy,
                clinic=runtime.clinic,
                now=runtime.clock.now(),
            )
        asked += 1
    return asked


def _records(runtime: Runtime, suspect: Suspect) -> list[CarrierRecord]:
    if suspect.sid is None:
        return runtime.sms.sent_to(suspect.phone)
    one = runtime.sms.fetch(suspect.sid)
    return [one] if one else []
