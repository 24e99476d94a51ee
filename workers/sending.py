"""One sender at work: claim, last look, hand over, record, until nothing more is due.

While the carrier has some batches, the next is already claimed and looked at: a carrier that
takes its time over one text does not hold up the others.
"""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from sqlalchemy.exc import DBAPIError

from booking.clinic.actor import System
from booking.messaging import delivery
from booking.messaging import send_results as outcomes
from booking.messaging.kinds import Channel
from booking.monitoring import heartbeat, set_back
from booking.runtime import Runtime
from workers.batch import send_batch, start_batch

LONGEST_RUN = timedelta(seconds=10)
TAKE_BACK_EVERY = timedelta(seconds=5)
LONGEST_NAP = timedelta(milliseconds=250)
"""While the rate is used up, an answer that comes in waits no longer than this to be seen."""
AT_ONCE = {Channel.SMS: 3, Channel.EMAIL: 1}
"""Batches a sender may have handed over and not recorded; mails never take the texts' turn."""
MAILS = 10
"""Mails in a batch: a server takes one after the other, and may take seconds over each."""

log = structlog.get_logger()


def send_due(
    runtime: Runtime, owner: str, *, should_stop: Callable[[], bool] = lambda: False
) -> int:
    """Send what is due, the most urgent lane first before each batch; returns how many left.

    A run ends when nothing is due, or after a while: the next tick goes on. What was handed
    over by then is recorded first.
    """
    begins_at = runtime.clock.now()
    ends_at = begins_at + LONGEST_RUN
    _mark_alive(runtime)
    take_back_at = runtime.clock.now()
    with ThreadPoolExecutor(sum(AT_ONCE.values()), "hand over") as hands:
        run = _Run(runtime, owner, hands)
        # A clock that is set back ends the run, which would last until it is there again.
        while begins_at <= runtime.clock.now() < ends_at and not should_stop():
            if runtime.clock.now() >= take_back_at:
                _take_back(runtime)
                take_back_at = runtime.clock.now() + TAKE_BACK_EVERY
            claimed = [run.take_on(channel) for channel in Channel if run.has_room(channel)]
            if any(one.ids for one in claimed):
                continue
            waits = [one.wait for one in claimed if one.wait is not None]
            if run.is_handing_over:
                run.await_one()
            elif waits and runtime.clock.now() + waits[0] <= ends_at:
                runtime.clock.sleep(min(waits[0], LONGEST_NAP))
            else:
                break
        run.await_all()
    return run.taken_on


@dataclass
class _Run:
    """One run of a sender, and the batches it has at the carrier."""

    runtime: Runtime
    owner: str
    hands: ThreadPoolExecutor
    taken_on: int = 0
    """Messages claimed; those put aside count too: the outbox may hold more behind them."""
    _under_way: dict[Future[None], Channel] = field(default_factory=dict)

    @property
    def is_handing_over(self) -> bool:
        """Whether any batch is not recorded yet."""
        return bool(self._under_way)

    def has_room(self, channel: Channel) -> bool:
        """Whether one more batch may be handed over this way; notes those that are recorded."""
        for done in [one for one in self._under_way if one.done()]:
            del self._under_way[done]
            _raise_if_fatal(done)
        return list(self._under_way.values()).count(channel) < AT_ONCE[channel]

    def take_on(self, channel: Channel) -> delivery.Claimed:
        """Claim a batch, look at it once more, and have it handed over."""
        claimed = _CLAIMS[channel](self.runtime, self.owner)
        self.taken_on += len(claimed.ids)
        outgoing = start_batch(self.runtime, claimed.ids, self.owner)
        if outgoing.texts or outgoing.mails:
            self._under_way[self.hands.submit(send_batch, self.runtime, outgoing)] = channel
        return claimed

    def await_one(self) -> None:
        """Wait until a batch is recorded, or it is time to look at the outbox again."""
        wait(self._under_way, LONGEST_NAP.total_seconds(), FIRST_COMPLETED)

    def await_all(self) -> None:
        """Wait until every batch is recorded."""
        wait(self._under_way)
        for one in self._under_way:
            _raise_if_fatal(one)


def _raise_if_fatal(done: Future[None]) -> None:
    """Raise what says that the database is away; anything else is the end of one batch only.

    What that batch left unrecorded comes back with its lease.
    """
    error = done.exception()
    if error is None:
        return
    if isinstance(error, DBAPIError) or not isinstance(error, Exception):
        raise error
    log.error("a batch could not be handed over", error=type(error).__name__)


def _claim_texts(runtime: Runtime, owner: str) -> delivery.Claimed:
    with runtime.unit_of_work(System.WORKERS) as uow:
        return delivery.claim_texts(
            uow, _claimant(runtime, owner, delivery.BATCH), rate=runtime.settings.sender_rate
        )


def _claim_mails(runtime: Runtime, owner: str) -> delivery.Claimed:
    with runtime.unit_of_work(System.WORKERS) as uow:
        return delivery.claim_mails(uow, _claimant(runtime, owner, MAILS))


_CLAIMS = {Channel.SMS: _claim_texts, Channel.EMAIL: _claim_mails}


def _claimant(runtime: Runtime, owner: str, limit: int) -> delivery.Worker:
    return delivery.Worker(owner, runtime.policies.delivery.lease, limit)


def _take_back(runtime: Runtime) -> None:
    """Take back what a sender that died had claimed.

    Whoever sends does this too: while all are busy, the tick for it waits its turn behind them.
    """
    with runtime.unit_of_work(System.WORKERS) as uow:
        outcomes.release_expired_leases(uow)


def _mark_alive(runtime: Runtime) -> None:
    with runtime.unit_of_work(System.MONITORING, runtime.clock.now()) as uow:
        if set_back.mend(uow):
            log.warning("the clock was set back")
        heartbeat.note_sending(uow)
