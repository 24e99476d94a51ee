"""After the clock was set back: nothing waits for the time that the wrong clock had.

Leases, pauses, buckets and what was seen lie in the future then. Without this they would hold
everything up until the clock is there again.
"""

from datetime import timedelta

from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.clock_skew import ANY_TIME_AGO, is_ahead
from booking.messaging import set_back_queries
from booking.monitoring import heartbeat_queries as ticks

LONGEST_PAUSE = timedelta(minutes=10)
"""The gateway asks for no longer silence than this."""
SOON = timedelta(minutes=5)
"""What is written to leave within this long is an answer, or news of a change."""


def mend(uow: UnitOfWork) -> bool:
    """Bring back from the future whatever would be waited for; whether there was anything.

    The senders' own sign of life tells: it is renewed every second, and never lies ahead.
    """
    session, now = uow.session, uow.now
    seen = ticks.last(session, ticks.SENDING)
    if seen is None or not is_ahead(seen, now):
        return False
    set_back_queries.end_leases(session, uow.policies.delivery.lease, now)
    set_back_queries.bring_forward(session, SOON, now)
    set_back_queries.search_again(session, now - ANY_TIME_AGO, now)
    # After the messages, as everybody else who holds both locks takes them.
    set_back_queries.free_senders(session, LONGEST_PAUSE, now)
    ticks.bring_heartbeats_back(session, now)
    ticks.put(session, ticks.CLOCK_BEFORE, seen)
    ticks.put(session, ticks.CLOCK_SET_BACK, now)
    return True
