"""One run: start everything, load it, kill it, let it come to rest, and check."""

import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos import report
from tests.chaos.carrier import Carrier, faults
from tests.chaos.invariants import check_all
from tests.chaos.killer import Killer
from tests.chaos.load import Load
from tests.chaos.patients import Patients
from tests.chaos.rest import Rest
from tests.chaos.stage import Stage
from tests.chaos.truth import read_truth
from tests.chaos.watcher import Watcher

TURN_S = 0.02
LAG_S = 20.0


@dataclass(frozen=True)
class Plan:
    """What a run is asked for."""

    mode: str
    seed: int = 1
    kills: int = 60
    seconds: float = 60.0
    steps_a_second: float = 10.0
    with_lag: bool = False
    stalls_anywhere: bool = True
    keep: bool = False


@dataclass
class Outcome:
    """What came of a run."""

    plan: Plan
    findings: list = field(default_factory=list)
    kills: dict = field(default_factory=dict)
    lines: list = field(default_factory=list)

    @property
    def holds(self):
        return len(self.findings) == 7 and all(one.holds for one in self.findings)

    @property
    def killed(self):
        return sum(self.kills.values())


def run(plan, say=print):
    """Carry out one run; returns its outcome. Call it from the main thread."""
    folder = Path(tempfile.mkdtemp(prefix=f"lupine-chaos-{plan.mode}-"))
    stage = Stage(folder, plan)
    try:
        stage.start()
        outcome = _Run(plan, stage, say).go()
    finally:
        if plan.keep:
            say(f"kept {folder}")
        stage.stop(keep=plan.keep)
    return outcome


class _Run:
    def __init__(self, plan, stage, say):
        self.plan, self.stage, self.say = plan, stage, say
        self.runtime = stage.runtime()
        self.carrier = Carrier(stage.carrier_url)
        self.load = Load(self.runtime, plan.seed, plan.steps_a_second)
        self.patients = Patients(self.runtime, self.carrier, plan.seed)
        self.watcher = Watcher(self.runtime, stage.steady_since)
        self.killer = Killer(stage, plan.seed)
        self.lag_began = None

    def go(self):
        began = time.monotonic()
        self.carrier.trouble(faults())
        threads = (self.load, self.patients, self.watcher)
        for thread in threads:
            thread.start()
        self._storm(until=began + self.plan.seconds)
        if self.plan.with_lag:
            self.lag_began = self.runtime.clock.now()
            self.carrier.trouble(faults(list_lag=True))
            self._storm(until=time.monotonic() + LAG_S, kills=None)
        stormed = time.monotonic() - began
        for thread in (self.load, self.patients):
            thread.stopping.set()
        for thread in (self.load, self.patients):
            thread.join(60)
        drained = self._drain()
        self.watcher.stopping.set()
        self.watcher.join(10)
        return self._judge(stormed, drained)

    def kills(self):
        """How often what was killed, so far."""
        return self.stage.points() | self.killer.counts

    def _storm(self, until, kills=0):
        """Kill until there were enough kills, but no longer than this."""
        wanted = self.plan.kills if kills is not None else None
        look_at = 0.0
        while time.monotonic() < until:
            self.killer.tend()
            self.stage.tend()
            time.sleep(TURN_S)
            if wanted and time.monotonic() > look_at:
                look_at = time.monotonic() + 1.0
                if sum(self.kills().values()) >= wanted:
                    return

    def _drain(self):
        """End all trouble and wait until nothing is due or on its way; returns the seconds."""
        self.carrier.trouble([])
        self.stage.all_back()
        rest = Rest(self.runtime, self.carrier, self.stage.folder, self.stage.environment)
        return rest.wait(self.stage.tend)

    def _judge(self, stormed, drained):
        truth = read_truth(self.runtime, self.carrier, lag_began=self.lag_began)
        outcome = Outcome(self.plan, check_all(truth, self.watcher), self.kills())
        took = f"in {stormed:.0f} s, then at rest in {drained:.0f} s"
        outcome.lines = [
            f"{self.plan.mode}, seed {self.plan.seed}: {outcome.killed:,} kills {took}",
            *report.summary(outcome.kills, self.load.counts, self.watcher, truth),
            *report.verdicts(outcome.findings, truth),
            *report.scene(self.watcher),
        ]
        for line in outcome.lines:
            self.say(line)
        return outcome
