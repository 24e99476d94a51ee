"""Texts from patients that no webhook finished, or even brought: kept, and acted on as well."""

from collections.abc import Callable
from datetime import timedelta
from types import TracebackType

import structlog
from sqlalchemy.exc import SQLAlchemyError

from booking.clinic.actor import System
from booking.conversations import inbound as replies
from booking.kit.phone import from_number
from booking.messaging.ports import CarrierOutOfReach
from booking.runtime import Runtime

OVERLAP = timedelta(hours=2)
"""How far back a look for texts that never came goes; each is kept once all the same."""
PATIENCE = timedelta(seconds=5)
"""The webhook acts on a text at once; only what it left behind is taken up here."""
AT_ONCE = 50
LONGEST_SID = 64

log = structlog.get_logger()


def act_on_waiting(runtime: Runtime, *, should_stop: Callable[[], bool] = lambda: False) -> int:
    """Act on texts that were kept and not finished; returns how many.

    One that breaks something keeps nobody from the next, and a person gets it in the end.
    """
    with runtime.read_only(System.WORKERS) as uow:
        sids = replies.unfinished(uow, PATIENCE, AT_ONCE)
    done = 0
    for sid in sids:
        if should_stop():
            break
        with _Contained(sid):
            done += _act_on(runtime, sid)
    return done


def look_for_missed(runtime: Runtime) -> int:
    """Keep the texts that the carrier lists and no webhook brought; returns how many."""
    now = runtime.clock.now()
    try:
        listed = runtime.sms.received_since(now - OVERLAP)
    except CarrierOutOfReach as away:
        log.warning("carrier out of reach", reason=str(away))
        return 0
    # By their ids, so that two who keep the same list at once never wait crosswise.
    texts = [
        replies.Inbound(
            one.sid[:LONGEST_SID],
            from_number(one.phone),
            runtime.clinic.sender,
            one.body,
            one.created_at,
            one.media_count,
        )
        for one in sorted(listed, key=lambda one: one.sid)
    ]
    if not texts:
        return 0
    with runtime.unit_of_work(System.WORKERS, now) as uow:
        return sum(replies.store_inbound(uow, text) for text in texts)


def _act_on(runtime: Runtime, sid: str) -> bool:
    with runtime.unit_of_work(System.WORKERS) as uow:
        may_try = replies.count_attempt(uow, sid)
    if not may_try:
        return False
    is_done = False
    # First by itself, so that it stands even if the rest fails again.
    for act in (replies.process_safety_only, replies.process):
        with runtime.unit_of_work(System.WORKERS) as uow:
            is_done = bool(act(uow, sid, runtime.subjects))
    return is_done


class _Contained:
    """Ends what one text breaks with that text; a database that is away ends the whole turn."""

    def __init__(self, sid: str) -> None:
        self._sid = sid

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> bool:
        if not isinstance(error, Exception) or isinstance(error, SQLAlchemyError):
            return False
        log.error("a text could not be acted on", sid=self._sid, error=type(error).__name__)
        return True
