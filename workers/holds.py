"""Ticks for holds."""

from datetime import timedelta

from celery import shared_task

from booking.scheduling import hold_queries as live_holds
from booking.scheduling import queries as appointments
from workers.outage import Tick
from workers.runtime import runtime

VISITORS_KEPT = timedelta(days=1)


@shared_task(base=Tick)
def end_lapsed() -> int:
    """End the holds whose time is over, and forget who took older ones; returns how many ended."""
    with runtime().database.transaction() as session:
        now = runtime().clock.now()
        live_holds.forget_visitors(session, now - VISITORS_KEPT)
        return appointments.end_lapsed_holds(session, now)
