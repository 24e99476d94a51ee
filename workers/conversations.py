"""Ticks for texts from patients that were kept and not acted on."""

from datetime import timedelta

import structlog
from celery import shared_task

from booking.ports import CarrierOutOfReach
from booking.services import replies
from booking.store import conversations
from workers.runtime import runtime

OVERLAP = timedelta(hours=2)
"""How far back a look for texts that never came goes; each is kept once all the same."""
PATIENCE = timedelta(seconds=5)
"""The webhook acts on a text at once; only what it left behind is taken up here."""
AT_ONCE = 50

log = structlog.get_logger()


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
        # First by itself, so that it stands even if the rest fails again.
        for act in (replies.heed, replies.handle):
            with database.transaction() as session:
                done += bool(
                    act(
                        session,
                        sid,
                        clinic=runtime().clinic,
                        policies=runtime().policies,
                        now=runtime().clock.now(),
                    )
                )
    return done


@shared_task
def look_for_missed() -> int:
    """Keep the texts that the carrier lists and no webhook brought; returns how many."""
    now = runtime().clock.now()
    try:
        listed = runtime().sms.received_since(now - OVERLAP)
    except CarrierOutOfReach as away:
        log.warning("carrier out of reach", reason=str(away))
        return 0
    found = 0
    for one in listed:
        text = replies.Inbound(
            one.sid, one.phone, runtime().clinic.sender, one.body, one.created_at
        )
        with runtime().database.transaction() as session:
            found += replies.keep(session, text, now=now)
    return found
