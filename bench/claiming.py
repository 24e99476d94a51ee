"""What a claim costs where the table holds a great many messages of the days to come."""

import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bench.figures import Figure, at_most, percentile
from bench.rig import Rig, rig
from bench.servers import Servers
from booking.clinic.actor import System
from booking.messaging import delivery

BATCH = 500
BAR_MS = 30.0
ROWS = text("""
    INSERT INTO message (id, dedupe_key, kind, channel, lane, recipient, language, zone, facts,
                         due_at, expires_at, next_attempt_at, state, attempts, created_at)
    SELECT gen_random_uuid(), :name || number, 'reminder', 'sms', 2, '+12015550100', 'en',
           'UTC', '{}', at, at + interval '22 hours', at, 'pending', 0, now()
    FROM (SELECT number, CAST(:first AS timestamptz) + number * CAST(:apart AS interval) AS at
          FROM generate_series(0, :count - 1) AS number) AS planned
""")
APART = timedelta(seconds=1)
"""How far apart the batches come due."""


def measure(servers: Servers, future: int, *, rounds: int) -> Iterator[Figure]:
    """Yield percentiles of a claim of 500, in milliseconds, from its begin to its commit."""
    with servers.database() as database_url, rig(database_url, staying=()) as bench:
        now = bench.runtime.clock.now()
        with bench.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SET statement_timeout = 0"))
            for name, first, apart, count in (
                ("due", now, APART / BATCH, BATCH * rounds),
                ("future", now + timedelta(days=1), timedelta(seconds=5), future),
            ):
                values = {"name": name, "first": first, "apart": apart, "count": count}
                connection.execute(ROWS, values)
            connection.execute(text("VACUUM ANALYZE message"))
            with suppress(DBAPIError):  # only some may ask for it; it would come meanwhile else
                connection.execute(text("CHECKPOINT"))
        took = [_claim(bench, now + (number + 1) * APART) for number in range(rounds)]
    name = f"claim of {BATCH} beside {future:,} future rows"
    yield Figure(f"{name}, p50", percentile(took, 50), "ms")
    yield at_most(f"{name}, p99", percentile(took, 99), "ms", BAR_MS)


def _claim(bench: Rig, now: datetime) -> float:
    """Claim what is due at an instant; return what that took, in milliseconds."""
    claimant = delivery.Worker("bench", timedelta(seconds=60), BATCH)
    began = time.perf_counter()
    with bench.runtime.unit_of_work(System.WORKERS, now) as uow:
        claimed = delivery.claim_texts(uow, claimant, rate=bench.runtime.settings.sender_rate)
    took = time.perf_counter() - began
    if len(claimed.ids) != BATCH:
        raise RuntimeError(f"claimed {len(claimed.ids)} instead of {BATCH}")
    return took * 1000
