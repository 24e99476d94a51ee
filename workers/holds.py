"""Ticks for holds."""

from celery import shared_task

from booking.store import appointments
from workers.runtime import runtime


@shared_task
def end_lapsed() -> int:
    """End the holds whose time is over; returns how many."""
    with runtime().database.transaction() as session:
        return appointments.end_lapsed_holds(session, runtime().clock.now())
