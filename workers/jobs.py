"""What is done again and again: one table, read by Celery's beat and by the poller."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from booking.clinic.actor import System
from booking.clinic.unit_of_work import UnitOfWork
from booking.messaging import send_results
from booking.monitoring.watch import mail_what_is_wrong
from booking.runtime import Runtime
from booking.scheduling import holds, zone_rules
from workers import inbound_recovery, reconciler, sending
from workers.runtime import owner

ShouldStop = Callable[[], bool]
Run = Callable[[Runtime, ShouldStop], int]


@dataclass(frozen=True, slots=True)
class Job:
    """Something done again and again; safe to run twice, and by two processes at once."""

    name: str
    every: timedelta
    run: Run
    """Returns how many messages, texts or rows it dealt with."""
    beside: bool = False
    """It asks the carrier: the poller gives it a thread of its own."""


def _in_one(verb: Callable[[UnitOfWork], int]) -> Run:
    """Return a verb that is done in one unit of work."""

    def run(runtime: Runtime, _should_stop: ShouldStop) -> int:
        with runtime.unit_of_work(System.WORKERS) as uow:
            return verb(uow)

    return run


JOBS: Final = (
    Job(
        "send due messages",
        timedelta(seconds=1),
        lambda runtime, stop: sending.send_due(runtime, owner(), should_stop=stop),
    ),
    Job(
        "release expired leases", timedelta(seconds=5), _in_one(send_results.release_expired_leases)
    ),
    Job(
        "handle waiting texts",
        timedelta(seconds=5),
        lambda runtime, stop: inbound_recovery.act_on_waiting(runtime, should_stop=stop),
    ),
    Job(
        "ask the carrier",
        timedelta(seconds=15),
        lambda runtime, stop: reconciler.reconcile(runtime, should_stop=stop),
        beside=True,
    ),
    Job(
        "look for missed texts",
        timedelta(minutes=5),
        lambda runtime, _stop: inbound_recovery.look_for_missed(runtime),
        beside=True,
    ),
    Job("end lapsed holds", timedelta(seconds=30), _in_one(holds.end_lapsed)),
    Job("fill wall times", timedelta(minutes=5), _in_one(zone_rules.fill_wall_times)),
    Job(
        "raise alarms",
        timedelta(seconds=30),
        lambda runtime, _stop: mail_what_is_wrong(runtime, runtime.clock.now()),
    ),
)
JOB: Final[Mapping[str, Job]] = {job.name: job for job in JOBS}
