"""`python -m tests.chaos.sender NAME SEED`: a sender that keeps dying, and is back at once.

The parent imports everything and forks one life after another, so that a new life costs a
fork and not a start of Python. Each life has a real runtime and one point where it dies.
"""

import itertools
import os
import random
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from booking.clinic.actor import System
from booking.kit.db import open_engine
from booking.kit.logs import configure_logging
from booking.messaging import send_results as outcomes
from booking.runtime import build_runtime
from booking.settings import load_settings
from launch.parent_death import die_with_parent
from tests.chaos import points
from workers.reconciler import reconcile
from workers.runtime import owner
from workers.sending import send_due

LOOK_EVERY_S = 0.15
RECOVER_EVERY, ASK_EVERY = 4, 2
"""In looks."""
LONGEST_LIFE_S = 2.0
BREATH_S = 0.02
PATIENCE_S = 0.3
NAMED_STALLS = "named-stalls-only"
"""The word by which a short run leaves out stalls at any moment."""


def journal_of(folder, name):
    """Return the file in which a sender writes down where each life ended."""
    return folder / "chaos" / f"{name}.points"


def calm_mark(folder):
    """Return the file whose being there tells every sender to live on."""
    return folder / "chaos" / "calm"


def main(name, seed, stalls=""):
    """Fork life after life until told to stop."""
    weights = dict(points.WEIGHTS)
    if stalls == NAMED_STALLS:
        del weights[points.STALL_ANYWHERE]
    configure_logging("CRITICAL")
    settings = load_settings()
    folder = Path(settings.data_dir)
    journal = os.open(journal_of(folder, name), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    calm = calm_mark(folder)
    life_now = 0

    def stop(_number, _frame):
        if life_now:
            os.kill(life_now, signal.SIGKILL)
        os._exit(0)

    signal.signal(signal.SIGTERM, stop)
    for number in itertools.count():
        chance = random.Random(f"{seed} {name} {number}")
        life_now = os.fork()
        if not life_now:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            die_with_parent(signal.SIGKILL)
            live(settings, weights, chance, journal, calm)
        watch(life_now, chance, settings.lease_seconds)
        time.sleep(BREATH_S)


def watch(life, chance, lease_s):
    """Wait until a life ends; one that stops is let go on after more than a lease."""
    while True:
        _, status = os.waitpid(life, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            return
        time.sleep(lease_s * chance.uniform(1.1, 2.0))
        os.kill(life, signal.SIGCONT)


def live(settings, weights, chance, journal, calm):
    """Send what is due until the tripwire snaps; a life without death ends by the clock.

    One that is to die while it settles a text's fate only asks for them, or it would seldom
    come so far.
    """
    point = chance.choices(list(weights), list(weights.values()))[0]
    wire = points.Tripwire(point, chance.choice((1, 1, 1, 2, 3)), journal, calm)
    runtime = crashing_runtime(settings, wire, chance)
    if point.endswith(points.ANY_MOMENT):
        wire.snap_after(chance.uniform(0.02, 1.0))
    last_resort = points.Tripwire(points.ANY_MOMENT, 1, journal, calm)
    last_resort.snap_after(LONGEST_LIFE_S)
    only_asks = point.endswith("settle")
    for look in itertools.count():
        try:
            if not only_asks:
                send_due(runtime, owner())
                _recover(runtime, look)
            if only_asks or look % ASK_EVERY == ASK_EVERY - 1:
                reconcile(runtime)
        except DBAPIError:
            time.sleep(PATIENCE_S)
        time.sleep(LOOK_EVERY_S)


def _recover(runtime, look):
    if look % RECOVER_EVERY == 0:
        with runtime.unit_of_work(System.WORKERS) as uow:
            outcomes.release_expired_leases(uow)


def crashing_runtime(settings, wire, chance):
    """Return the real runtime with a tripwire around its database and its gateways."""
    database = points.CrashingDatabase(open_engine(settings.database_url), wire, points.commit_name)
    runtime = build_runtime(settings, database)
    return replace(
        runtime,
        sms=points.CrashingSms(runtime.sms, wire, chance),
        email=points.CrashingMail(runtime.email, wire),
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
