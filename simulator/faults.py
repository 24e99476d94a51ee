"""Trouble on demand: what can go wrong, how often, for whom, repeatably."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

NUMBER = (int, float)

# Every kind of fault with its own settings, their types and what holds when they are left out.
KINDS: dict[str, dict[str, tuple[Any, Any]]] = {
    "drop_after_accept": {},
    "error_after_accept": {"status": (int, 500)},
    "refuse": {"status": (int, 503), "on": (str, "create")},
    "too_many": {"retry_after": (int, 1), "on": (str, "create")},
    "delay": {
        "seconds": (NUMBER, 0.1),
        "up_to": (NUMBER, None),
        "when": (str, "before"),
        "on": (str, "create"),
    },
    "callback_missing": {"statuses": (list, None)},
    "callback_duplicate": {"copies": (int, 2), "statuses": (list, None)},
    "callback_reorder": {"seconds": (NUMBER, 1.5), "statuses": (list, None)},
    "callback_delay": {"seconds": (NUMBER, 1.0), "up_to": (NUMBER, None), "statuses": (list, None)},
    "callback_early": {"until": (str, "queued")},
    "delivery_failure": {"code": (int, 30003), "status": (str, None)},
    "delivery_delay": {"seconds": (NUMBER, 5.0), "up_to": (NUMBER, None)},
    "opted_out": {},
    "list_lag": {"seconds": (NUMBER, 5.0)},
    "sender_rate": {"per_second": (NUMBER, 1.0), "mode": (str, "queue")},
    "inbound_missing": {},
    "inbound_duplicate": {"copies": (int, 2)},
}
CHOICES = {
    "on": ("create", "list", "any"),
    "when": ("before", "after"),
    "mode": ("queue", "refuse"),
    "until": ("queued", "sent", "delivered", "undelivered", "failed"),
}
COMMON = {"kind", "probability", "count", "to", "from"}


class FaultRefused(ValueError):
    """A fault asked for makes no sense; the message says why."""


@dataclass(slots=True)
class Fault:
    """One kind of trouble.

    `to` is the patient's phone, for inbound texts too, and `sender` the clinic's number; each
    a whole number or a beginning followed by `*`. `draws` counts the draws by number.
    """

    kind: str
    settings: dict[str, Any]
    probability: float = 1.0
    count: int | None = None
    to: str | None = None
    sender: str | None = None
    place: int = 0
    hits: int = 0
    draws: dict[str, int] = field(default_factory=dict)
    level: float = 0.0
    filled_at: datetime | None = None

    def covers(self, recipient: str, sender: str) -> bool:
        """Whether it is meant for this pair of numbers."""
        return _fits(self.to, recipient) and _fits(self.sender, sender)

    @property
    def is_spent(self) -> bool:
        """Whether it has happened as often as it may."""
        return self.count is not None and self.hits >= self.count

    def admits(self, rate: float, at: datetime) -> bool:
        """Whether a rate of so many a second allows one more now; counts it if so.

        A bucket that holds one second's worth, refilled steadily.
        """
        size = max(1.0, rate)
        since = (at - self.filled_at).total_seconds() if self.filled_at else 0.0
        level = size if self.filled_at is None else min(size, self.level + since * rate)
        admitted = level >= 1
        self.level, self.filled_at = level - admitted, at
        self.hits += not admitted
        return admitted

    def as_json(self) -> dict[str, Any]:
        """Return it as the control API shows it."""
        return {
            "kind": self.kind,
            "probability": self.probability,
            "count": self.count,
            "to": self.to,
            "from": self.sender,
            **self.settings,
            "hits": self.hits,
        }


def fault_from(wish: Mapping[str, Any]) -> Fault:
    """Build a fault from what the control API was sent; raises FaultRefused."""
    kind = wish.get("kind")
    if kind not in KINDS:
        raise FaultRefused(f"There is no fault {kind!r}; there are {', '.join(KINDS)}.")
    known = KINDS[kind]
    strange = set(wish) - COMMON - set(known)
    if strange:
        raise FaultRefused(f"The fault {kind} knows no {', '.join(sorted(strange))}.")
    settings = {name: _setting(wish, name, *known[name]) for name in known}
    probability = wish.get("probability", 1.0)
    if not _is(probability, NUMBER) or not 0 <= probability <= 1:
        raise FaultRefused(f"probability must be between 0 and 1, not {probability!r}.")
    count = wish.get("count")
    if count is not None and (not _is(count, int) or count < 0):
        raise FaultRefused(f"count must be a whole number of at least 0, not {count!r}.")
    return Fault(
        kind=kind,
        settings=settings,
        probability=float(probability),
        count=count,
        to=_pattern(wish, "to"),
        sender=_pattern(wish, "from"),
    )


class Faults:
    """The faults now in force.

    Whether one strikes depends on the seed, the fault's place in the list, the number and how
    often that number was tried: the same run strikes the same texts, whatever the order in
    which simultaneous requests come in.
    """

    def __init__(self, seed: str) -> None:
        self.seed = seed
        self.all: list[Fault] = []

    def replace(self, faults: Iterable[Fault], seed: str | None = None) -> None:
        """Put these faults in the place of all others."""
        self.all = list(faults)
        for place, fault in enumerate(self.all):
            fault.place = place
        if seed is not None:
            self.seed = seed

    def strike(
        self,
        kind: str,
        recipient: str,
        sender: str = "",
        *,
        on: str | None = None,
        status: str | None = None,
    ) -> Fault | None:
        """Return the fault of a kind that strikes now, if one does, and count it."""
        for fault in self.all:
            if fault.kind != kind or fault.is_spent or not fault.covers(recipient, sender):
                continue
            if on is not None and fault.settings["on"] not in {on, "any"}:
                continue
            statuses = fault.settings.get("statuses")
            if status is not None and statuses is not None and status not in statuses:
                continue
            if self._chance(fault, f"{recipient} {status}") < fault.probability:
                fault.hits += 1
                return fault
        return None

    def standing(self, kind: str, recipient: str, sender: str) -> Fault | None:
        """Return the fault of a kind that is in force for these numbers, without a draw."""
        for fault in self.all:
            if fault.kind == kind and fault.covers(recipient, sender):
                return fault
        return None

    def seconds(self, fault: Fault, key: str) -> float:
        """Return how long a delaying fault lasts this time."""
        least, most = float(fault.settings["seconds"]), fault.settings.get("up_to")
        if most is None:
            return least
        return least + (float(most) - least) * self._chance(fault, key)

    def as_json(self) -> dict[str, Any]:
        """Return the faults as the control API shows them."""
        return {"seed": self.seed, "faults": [fault.as_json() for fault in self.all]}

    def _chance(self, fault: Fault, key: str) -> float:
        drawn = fault.draws[key] = fault.draws.get(key, 0) + 1
        text = f"{self.seed}/{fault.place}/{fault.kind}/{key}/{drawn}"
        digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
        return int.from_bytes(digest) / 2**64


def _fits(pattern: str | None, number: str) -> bool:
    if pattern is None:
        return True
    if pattern.endswith("*"):
        return number.startswith(pattern[:-1])
    return number == pattern


def _is(value: Any, kind: Any) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)


def _pattern(wish: Mapping[str, Any], name: str) -> str | None:
    value = wish.get(name)
    if value is not None and not isinstance(value, str):
        raise FaultRefused(f"{name} must be a phone number, not {value!r}.")
    return value


def _setting(wish: Mapping[str, Any], name: str, kind: Any, default: Any) -> Any:
    value = wish.get(name, default)
    if value is None and default is None:
        return None
    if not _is(value, kind):
        raise FaultRefused(f"{name} has a value of the wrong type: {value!r}.")
    if name in CHOICES and value not in CHOICES[name]:
        raise FaultRefused(f"{name} must be one of {', '.join(CHOICES[name])}, not {value!r}.")
    if kind in (int, NUMBER) and (value < 0 or (name == "per_second" and value <= 0)):
        raise FaultRefused(f"{name} must not be negative, nor a rate zero: {value!r}.")
    return value
