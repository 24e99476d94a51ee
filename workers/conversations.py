"""Ticks for texts from patients that were kept and not acted on."""

from datetime import timedelta

from celery import shared_task

from booking.services import replies
from booking.store import conversations
from workers.runtime import runtime

PATIENCE = timedelta(seconds=5)
"""The webhook acts on a text at once; only what it left behind is taken up here."""
AT_ONCE = 50


@shared_task
def handle_waiting() -> int:
    """Act on texts that a webhook kept and did not finish; returns how many."""
    database = runtime().database
    with database.reading() as session:
        before = runtime().clock.now() - PATIENCE
        sids = conversations.waiting_since(session, before, AT_ONCE)
    done = 0
    for sid in sids:
        with database.transaction() as session:
            may_try = replies.try_again(session, sid, now=runtime().clock.now())
        if not may_try:
            continue
        with database.transaction() as session:
            done += replies.handle(
                session,
                sid,
                clinic=runtime().clinic,
                policies=runtime().policies,
                now=runtime().clock.now(),
            )
    return done
