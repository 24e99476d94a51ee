"""Ticks for texts from patients that were kept and not acted on."""

from celery import shared_task

from workers import receiving
from workers.outage import Tick
from workers.runtime import runtime
from workers.stopping import is_stopping


@shared_task(base=Tick)
def handle_waiting() -> int:
    """Act on texts that a webhook kept and did not finish; returns how many."""
    return receiving.act_on_waiting(runtime(), should_stop=is_stopping)


@shared_task(base=Tick)
def look_for_missed() -> int:
    """Keep the texts that the carrier lists and no webhook brought; returns how many."""
    return receiving.look_for_missed(runtime())
