"""The real website, but for a tripwire around the commits of what the carrier calls.

`mortal` makes gunicorn serve this module's `app`, which is made when it is asked for.
"""

import os
import random
from dataclasses import replace
from pathlib import Path

from booking.kit.logs import configure_logging
from booking.settings import load_settings
from booking.web.app import create_app
from booking.web.current import EXTENSION
from tests.chaos.points import CrashingDatabase, SiteTripwire, site_commit_name
from tests.chaos.sender import calm_mark, journal_of

NAME = "site"
SEED = "CHAOS_SEED"


def mortal(program, seed):
    """Return the program of the website as one that dies at named points."""
    *words, _served = program.argv
    changed = {**program.env, SEED: str(seed)}
    return replace(program, argv=(*words, "tests.chaos.site:app()"), env=changed)


def app():
    """Return the website of this process; its chances go on where the last life ended."""
    configure_logging()
    made = create_app(load_settings())
    runtime = made.extensions[EXTENSION]
    folder = Path(runtime.settings.data_dir)
    path = journal_of(folder, NAME)
    journal = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    lives = len(path.read_text().splitlines())
    chance = random.Random(f"{os.environ[SEED]} {NAME} {lives}")
    wire = SiteTripwire(chance, journal, calm_mark(folder))
    with runtime.database.read_only() as session:
        engine = session.get_bind()
    made.extensions[EXTENSION] = replace(
        runtime, database=CrashingDatabase(engine, wire, site_commit_name)
    )
    return made
