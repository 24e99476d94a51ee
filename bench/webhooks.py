"""How fast the site answers the carrier's status reports under a steady load."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from sqlalchemy import text
from twilio.request_validator import RequestValidator

from bench.figures import Figure, at_most, percentile
from bench.rig import Rig, rig
from bench.rows import book_reminded, open_practice
from bench.servers import Servers
from bench.visitors import Visitor
from booking.runtime import STATUS_PATH

THERAPISTS = 50
CLIENTS = 8
BAR_MS = 200.0
ACCEPTED = text(
    "UPDATE message SET state = 'accepted', accepted_at = now(), send_started_at = now(), "
    "provider_sid = 'SM' || replace(CAST(id AS text), '-', '')"
)


def measure(servers: Servers, count: int, *, per_second: float, seed: int) -> Iterator[Figure]:
    """Yield percentiles of the answer, in milliseconds, counted from when each report was due."""
    with servers.database() as database_url, rig(database_url, staying=("web",)) as bench:
        now = bench.runtime.clock.now()
        practice = open_practice(bench.engine, THERAPISTS, now)
        ids = book_reminded(bench.engine, practice, [now] * count, now=now, seed=seed)
        with bench.engine.begin() as connection:
            connection.execute(ACCEPTED)
        took = report(bench, ids, per_second, bench.stack.web_url)
    name = f"status report, {per_second:.0f}/s"
    yield Figure(f"{name}, p50", percentile(took, 50), "ms")
    yield at_most(f"{name}, p99", percentile(took, 99), "ms", BAR_MS)


def report(bench: Rig, ids: list[UUID], per_second: float, address: str) -> list[float]:
    """Report each message as delivered, evenly spaced; a late answer delays no later report."""
    token = bench.runtime.settings.twilio_auth_tokens[0].get_secret_value()
    signer = RequestValidator(token)
    clients = [Visitor(address) for _ in range(CLIENTS)]
    begin = time.perf_counter() + 0.5

    def run(number: int) -> list[float]:
        mine = list(enumerate(ids))[number::CLIENTS]
        return [
            _one(bench, clients[number], signer, one, begin + n / per_second) for n, one in mine
        ]

    with ThreadPoolExecutor(CLIENTS) as pool:
        took = [one for some in pool.map(run, range(CLIENTS)) for one in some]
    for client in clients:
        client.close()
    return took


def _one(
    bench: Rig, client: Visitor, signer: RequestValidator, message_id: UUID, due: float
) -> float:
    path = f"{STATUS_PATH}?message={message_id}"
    fields = {
        "AccountSid": bench.runtime.settings.twilio_account_sid,
        "MessageSid": "SM" + message_id.hex,
        "MessageStatus": "delivered",
    }
    signature = signer.compute_signature(bench.runtime.settings.public_base_url + path, fields)
    time.sleep(max(0.0, due - time.perf_counter()))
    answer = client.post(path, fields, {"X-Twilio-Signature": signature})
    if answer.status != 204:
        raise RuntimeError(f"a status report was answered with {answer.status}")
    return (time.perf_counter() - due) * 1000
