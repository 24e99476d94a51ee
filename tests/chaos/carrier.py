"""The carrier simulator as the run steers it and reads its ledger, which is the truth."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import requests

MESSAGE = re.compile(r"[?&]message=([0-9a-f-]{36})")
TIMEOUT_S = 40


def faults(*, list_lag=False):
    """Return the trouble of the run; list lag only in the phase that is for it."""
    common = [
        {"kind": "opted_out", "to": "+1305*"},
        {"kind": "drop_after_accept", "probability": 0.05},
        {"kind": "error_after_accept", "probability": 0.04},
        {"kind": "refuse", "probability": 0.04},
        {"kind": "refuse", "probability": 0.1, "on": "list"},
        {"kind": "too_many", "probability": 0.004, "retry_after": 1},
        {"kind": "delay", "probability": 0.15, "seconds": 0.02, "up_to": 0.6},
        {"kind": "delay", "probability": 0.1, "seconds": 0.02, "up_to": 0.6, "when": "after"},
        {"kind": "callback_missing", "probability": 0.06},
        {"kind": "callback_duplicate", "probability": 0.1, "copies": 3},
        {"kind": "callback_reorder", "probability": 0.15, "seconds": 1.0},
        {"kind": "callback_delay", "probability": 0.1, "seconds": 0.1, "up_to": 2.0},
        {"kind": "callback_early", "probability": 0.08, "until": "queued"},
        {"kind": "callback_early", "probability": 0.04, "until": "delivered"},
        {"kind": "delivery_failure", "probability": 0.02, "code": 30005},
        {"kind": "delivery_failure", "probability": 0.02, "code": 30003},
        {"kind": "delivery_failure", "probability": 0.01, "code": 30008},
        {"kind": "inbound_missing", "probability": 0.06},
        {"kind": "inbound_duplicate", "probability": 0.25, "copies": 3},
    ]
    if not list_lag:
        return common
    # A report would tell what the list does not yet: so most are kept back as well.
    lag = [{"kind": "list_lag", "seconds": 12}, {"kind": "callback_missing", "probability": 0.7}]
    return [*lag, *common]


@dataclass(frozen=True)
class Create:
    """One request to send a text, as the carrier saw it."""

    row: int
    message_id: UUID | None
    to: str
    body: str
    outcome: str
    sid: str | None
    received_at: datetime


class Carrier:
    """A running simulator."""

    def __init__(self, url):
        self._url = url

    def trouble(self, wanted):
        """Put these faults in force."""
        self._ask("put", "/control/faults", json={"faults": wanted})

    def text(self, phone, body, copies=1):
        """Text the clinic from a phone; returns the text's id."""
        wish = {"from": phone, "body": body, "copies": copies}
        return self._ask("post", "/control/inbound", json=wish)["sid"]

    def deliver_again(self, sid, copies=1):
        """Hand a text that was handed over before to the clinic once more."""
        self._ask("post", "/control/inbound", json={"sid": sid, "copies": copies})

    def is_idle(self):
        """Whether nothing is on its way and no webhook is owed."""
        return self._ask("get", "/control/idle")["idle"]

    def creates(self, since=0):
        """Return the requests to send a text, in order."""
        return [_create(row) for row in self.rows("create", since)]

    def rows(self, kind, since=0):
        """Return the ledger's rows of a kind."""
        query = {"kind": kind, "since": since, "format": "lines"}
        answer = requests.get(self._url + "/ledger", params=query, timeout=TIMEOUT_S)
        answer.raise_for_status()
        return [json.loads(line) for line in answer.text.splitlines() if line]

    def _ask(self, method, path, **details):
        answer = requests.request(method, self._url + path, timeout=TIMEOUT_S, **details)
        answer.raise_for_status()
        return answer.json()


def _create(row):
    found = MESSAGE.search(row["params"].get("StatusCallback", ""))
    return Create(
        row=row["id"],
        message_id=UUID(found.group(1)) if found else None,
        to=row["to"],
        body=row["body"],
        outcome=row["outcome"],
        sid=row.get("sid"),
        received_at=datetime.fromisoformat(row["received_at"]),
    )
