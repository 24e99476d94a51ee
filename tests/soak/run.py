"""One soak: start the stack, burden, load, strike and poison it, let it rest, and judge."""

import os
import shutil
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from booking.kit.db import open_database, open_engine
from booking.runtime import build_runtime
from booking.settings import Settings
from launch.local_settings import Ports
from launch.ports import free_port
from launch.programs import Programs, lupine
from launch.stack import Stack
from tests.chaos.carrier import Carrier, faults
from tests.chaos.invariants import check_all
from tests.chaos.load import Load
from tests.chaos.patients import Patients
from tests.chaos.rest import Rest
from tests.chaos.truth import read_truth
from tests.chaos.watcher import Watcher
from tests.soak import report
from tests.soak.burden import Burden
from tests.soak.disk import SmallDisk
from tests.soak.lives import Lives
from tests.soak.poison import Poisoner
from tests.soak.strikes import Striker
from tests.soak.visits import Visits

KEPT = ("PATH", "HOME", "LANG", "TMPDIR")
SETTINGS = {
    "LEASE_SECONDS": "6",
    "SEARCH_SECONDS": "7",
    "SENDER_RATE": "500",
    "LOG_LEVEL": "WARNING",
    # An hour's load comes from one place and is no clinic's; other tests have the limits.
    "WEB_TEXTS": "1000000,1000000",
    "WEB_MAILS": "1000000,1000000",
    "SANDBOX_SENT_AFTER": "0.2",
    "SANDBOX_DELIVERED_AFTER": "0.3",
}
TURN_S = 0.05
ALL_BACK_S = 90.0
REST_S = 150.0
TELL_EVERY_S = 300.0


@dataclass(frozen=True)
class Plan:
    """What a soak is asked for."""

    minutes: float = 10.0
    seed: int = 1
    strike_every_s: float = 5.0
    full_every_s: float = 90.0
    steps_a_second: float = 3.0
    processors: int = os.cpu_count() or 1
    megabytes: int = 600
    keep: bool = False


@dataclass
class Outcome:
    """What came of a soak."""

    findings: list
    problems: list
    lines: list = field(default_factory=list)

    @property
    def holds(self):
        return not self.problems


def soak(plan, say=print):
    """Carry out one soak; returns its outcome. Call it from the main thread."""
    folder = Path(tempfile.mkdtemp(prefix="lupine-soak-"))
    (folder / "log").mkdir()
    (folder / "data").mkdir()
    disk = SmallDisk(folder / "data", plan.megabytes, plan.seed, plan.full_every_s)
    try:
        with Stack(folder / "data", _ports(), _environment(plan), _programs) as stack:
            burden = Burden(folder, plan.processors)
            try:
                return _Soak(plan, folder, stack, disk, burden, say).go()
            finally:
                burden.stop()
    finally:
        if plan.keep:
            say(f"kept {folder}; its data folder is to be unmounted" * disk.is_mounted)
        else:
            disk.remove()
            shutil.rmtree(folder, ignore_errors=True)


def _ports():
    first = free_port(together=3)
    return Ports(web=first, sandbox=first + 1)


def _environment(plan):
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {**kept, **SETTINGS, "SANDBOX_SEED": str(plan.seed)}


def _programs(environment):
    """Return the stack's programs, without people of the demo, and with the carrier outside.

    The carrier's ledger is what all is compared with: it must not lie on the disk that fills up.
    """
    outside = {"DATA_DIR": str(Path(environment["DATA_DIR"]).parent / "outside")}
    programs = lupine(environment)
    once = tuple(program for program in programs.once if program.name != "demo")
    staying = tuple(
        replace(one, env={**one.env, **outside}) if one.name == "phone" else one
        for one in programs.staying
    )
    return Programs(once, staying)


class _Soak:
    def __init__(self, plan, folder, stack, disk, burden, say):
        self.plan, self.folder, self.say = plan, folder, say
        self.stack, self.disk, self.burden = stack, disk, burden
        self.runtime, self._engine = _runtime(stack)
        self.carrier = Carrier(stack.phone_url)
        self.wanted = faults()
        stack.said = self._hear
        self.said = []
        self.visits = {
            "web": Visits(f"{stack.web_url}/livez"),
            "phone": Visits(f"{stack.phone_url}/control/health", self._trouble_again),
        }
        self.pages = Visits(f"{stack.web_url}/")
        self.lives = Lives(stack, self.visits)
        self.striker = Striker(stack, self.lives, plan.seed, plan.strike_every_s)
        self.poisoner = Poisoner(stack.data_dir, plan.seed)
        self.load = Load(self.runtime, plan.seed, plan.steps_a_second)
        self.patients = Patients(self.runtime, self.carrier, plan.seed)
        self.watcher = Watcher(self.runtime, self._steady_since)
        self._unsteady_at = time.monotonic()
        self.began_at = self.runtime.clock.now()

    def go(self):
        self._trouble_again()
        self.began = time.monotonic()
        visitors = [*self.visits.values(), self.pages]
        for thread in (*visitors, self.load, self.patients, self.watcher):
            thread.start()
        self._storm(self.began + self.plan.minutes * 60)
        self.stormed = time.monotonic() - self.began
        self.ended_at = self.runtime.clock.now()
        for thread in (self.load, self.patients):
            thread.stopping.set()
        self._calm()
        self.rested = Rest(self.runtime, self.carrier, self.folder, self.stack.settings).wait(
            self._tend, REST_S
        )
        for thread in (*visitors, self.load, self.patients, self.watcher):
            thread.stopping.set()
            thread.join(60)
        return self._judge()

    def _storm(self, until):
        tell_at = time.monotonic() + TELL_EVERY_S
        while time.monotonic() < until:
            self.striker.tend()
            self.poisoner.tend()
            self.disk.tend()
            self._tend()
            time.sleep(TURN_S)
            if time.monotonic() > tell_at:
                tell_at += TELL_EVERY_S
                self.say(report.so_far(self))

    def _calm(self):
        """End all trouble, and wait until every process is well."""
        self.striker.let_go()
        self.disk.make_room()
        self.burden.stop()
        self.wanted = []
        until = time.monotonic() + ALL_BACK_S
        while not self.lives.all_well() and time.monotonic() < until:
            self._tend()
            time.sleep(TURN_S)
        self._trouble_again()

    def _tend(self):
        self.stack.tend()
        self.lives.look()
        away = [self.lives.is_away(name) for name in ("worker", "loop")]
        if any(away) or self.disk.is_full:
            self._unsteady_at = time.monotonic()

    def _steady_since(self):
        """Return for how many seconds all that sends has been well, and the disk had room."""
        return time.monotonic() - self._unsteady_at

    def _trouble_again(self):
        """Put the carrier's faults in force; it forgets them when it dies."""
        self.carrier.trouble(self.wanted)

    def _hear(self, name, line):
        if name == "lupine" and "given up" in line:
            self.said.append(line)

    def _judge(self):
        truth = read_truth(self.runtime, self.carrier, lag_began=None)
        findings = check_all(truth, self.watcher)
        self._engine.dispose()
        problems = report.problems(self, findings)
        lines = report.lines(self, findings, problems, truth)
        outcome = Outcome(findings, problems, list(lines))
        for line in outcome.lines:
            self.say(line)
        return outcome


def _runtime(stack):
    """Return a runtime of the runner's own, on the stack's database."""
    settings = Settings(**{name.lower(): value for name, value in stack.settings.items()})
    engine = open_engine(settings.database_url)
    return build_runtime(settings, open_database(engine)), engine


def shorter(plan, minutes):
    """Return a plan for less time, in which each kind of trouble comes all the same."""
    return replace(plan, minutes=minutes, strike_every_s=3.0, full_every_s=15.0, processors=1)
