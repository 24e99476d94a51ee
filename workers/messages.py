"""Ticks for messages."""

from celery import shared_task

from booking.messaging import send_results as outcomes
from workers.asking import ask_the_carrier
from workers.outage import Tick
from workers.runtime import owner, runtime
from workers.sending import send_due as send_what_is_due
from workers.stopping import is_stopping


@shared_task(base=Tick)
def send_due() -> int:
    """Send what is due; returns how many messages were handed over."""
    return send_what_is_due(runtime(), owner(), should_stop=is_stopping)


@shared_task(base=Tick)
def reconcile() -> int:
    """Ask the carrier about texts whose fate is not known; returns how many were asked for."""
    return ask_the_carrier(runtime(), should_stop=is_stopping)


@shared_task(base=Tick)
def recover() -> int:
    """Take back what senders that died had claimed; returns how many."""
    with runtime().database.transaction() as session:
        return outcomes.recover(session, now=runtime().clock.now())
