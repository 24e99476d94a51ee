"""Many at once, each on a thread and a connection of their own."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

from sqlalchemy import text

from booking.kit.errors import DomainError

LONGEST_ANSWER_S = 12.0
"""Nobody waits longer than this, also on a machine that is busy with something else."""


@dataclass(frozen=True)
class Run:
    """How one of them fared: what they got or were refused with, and after how long."""

    result: object
    refusal: DomainError | None
    seconds: float


@dataclass(frozen=True)
class Race:
    """What came of a race."""

    runs: list[Run]

    @property
    def won(self):
        return [run.result for run in self.runs if run.refusal is None]

    @property
    def refused(self):
        return [run.refusal for run in self.runs if run.refusal is not None]

    @property
    def slowest(self):
        return max(run.seconds for run in self.runs)


def race(*works):
    """Let all of these begin at the same moment; what is no refusal of the clinic's is raised."""
    line = Barrier(len(works))

    def run(work):
        line.wait()
        began = time.monotonic()
        try:
            result, refusal = work(), None
        except DomainError as refused:
            result, refusal = None, refused
        return Run(result, refusal, time.monotonic() - began)

    with ThreadPoolExecutor(len(works)) as pool:
        return Race(list(pool.map(run, works)))


OVERLAPS = text("""
    SELECT count(*) FROM appointment AS one JOIN appointment AS other
        ON one.therapist_id = other.therapist_id AND one.id < other.id
    WHERE one.state IN ('held', 'requested', 'booked', 'confirmed', 'arrived', 'done')
      AND other.state IN ('held', 'requested', 'booked', 'confirmed', 'arrived', 'done')
      AND one.blocked_from < other.blocked_until AND other.blocked_from < one.blocked_until
""")


def overlaps(clinic):
    """How many pairs of live appointments of one therapist stand at the same time."""
    with clinic.reading() as session:
        return session.scalar(OVERLAPS)


def tell_slowest(name, races):
    """Print how long the slowest answer took, for whoever runs this with -s; and bound it."""
    slowest = max(one.slowest for one in races)
    print(f"{name}: slowest of {sum(len(one.runs) for one in races)} answers {slowest:.3f} s")
    assert slowest < LONGEST_ANSWER_S
