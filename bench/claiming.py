"""What a claim costs where the table holds a great many messages of the days to come."""

import time
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import text, update

from bench.figures import Figure, at_most, percentile
from bench.rig import Rig, rig
from bench.rows import book_reminded, open_practice
from bench.servers import Servers
from booking.domain.message import MessageState
from booking.models import Message
from booking.services import delivery

BATCH = 500
BAR_MS = 30.0
FUTURE = text("""
    INSERT INTO message (id, dedupe_key, kind, channel, lane, recipient, language, zone, facts,
                         due_at, expires_at, next_attempt_at, state, attempts, created_at)
    SELECT gen_random_uuid(), 'future-' || number, 'reminder', 'sms', 2, '+12015550100', 'en',
           'UTC', '{}', at, at + interval '22 hours', at, 'pending', 0, now()
    FROM (SELECT number, now() + interval '1 day' + number * interval '5 seconds' AS at
          FROM generate_series(1, :count) AS number) AS planned
""")


def measure(servers: Servers, future: int, *, rounds: int, seed: int) -> Iterator[Figure]:
    """Yield percentiles of a claim of 500, in milliseconds, from its begin to its commit."""
    with servers.database() as database_url, rig(database_url, staying=()) as bench:
        now = bench.runtime.clock.now()
        practice = open_practice(bench.engine, BATCH, now)
        book_reminded(bench.engine, practice, [now] * BATCH, now=now, seed=seed)
        with bench.engine.begin() as connection:
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(FUTURE, {"count": future})
        with bench.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text("VACUUM ANALYZE message"))
        took = [_claim(bench) for _ in range(rounds)]
    name = f"claim of {BATCH} beside {future:,} future rows"
    yield Figure(f"{name}, p50", percentile(took, 50), "ms")
    yield at_most(f"{name}, p99", percentile(took, 99), "ms", BAR_MS)


def _claim(bench: Rig) -> float:
    """Claim once and put everything back; return what the claim took, in milliseconds."""
    claimant = delivery.Claimant("bench", timedelta(seconds=60), BATCH)
    rate, now = bench.runtime.settings.sender_rate, bench.runtime.clock.now()
    began = time.perf_counter()
    with bench.runtime.database.transaction() as session:
        claimed = delivery.claim_texts(
            session, claimant, sender=bench.runtime.clinic.sender, rate=rate, now=now
        )
    took = time.perf_counter() - began
    if len(claimed.ids) != BATCH:
        raise RuntimeError(f"claimed {len(claimed.ids)} instead of {BATCH}")
    with bench.engine.begin() as connection:
        connection.execute(
            update(Message)
            .where(Message.state == MessageState.CLAIMED)
            .values(state=MessageState.PENDING, lease_owner=None, lease_until=None)
        )
    return took * 1000
