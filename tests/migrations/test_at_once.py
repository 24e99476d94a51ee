"""Two upgrades at once are harmless: the second waits, and finds the work done."""

import subprocess
import sys

import pytest

from booking.database_shape import missing
from tests.build.environment import environment_of
from tests.migrations.kinds import ON_BOTH

UPGRADE = [sys.executable, "-m", "flask", "--app", "booking.wsgi", "db", "upgrade"]
AT_ONCE = 3


@ON_BOTH
@pytest.mark.parametrize("round_", [1, 2, 3])
def test_upgrades_of_one_empty_database_at_once_all_end_well(url, engine, round_):
    running = [
        subprocess.Popen(
            UPGRADE, env=environment_of(url), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        for _ in range(AT_ONCE)
    ]

    said = [one.communicate(timeout=120)[1].decode() for one in running]

    assert [one.returncode for one in running] == [0] * AT_ONCE, said
    with engine.connect() as connection:
        assert missing(connection) == []
