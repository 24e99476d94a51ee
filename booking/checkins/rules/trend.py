"""The honest trend of a patient's check-ins: every point, every gap, and how many there are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from types import MappingProxyType
from typing import Final

from booking.checkins.rules.scores import Change, Item, Scores, change_of

MEDIAN_OF: Final = 4
"""How many of the latest complete pairs the median looks at."""

LABEL_FROM: Final = 4
"""How many complete pairs there must be before a change gets a name."""


@dataclass(frozen=True, slots=True)
class SessionScores:
    """One session with the scores before it and after it; None where no answer came."""

    at: datetime
    before: Scores | None
    after: Scores | None

    @property
    def is_pair(self) -> bool:
        """Say whether both answers are there."""
        return self.before is not None and self.after is not None


@dataclass(frozen=True, slots=True)
class ItemTrend:
    """One item over time: `median` of after minus before in points, `label` if there are enough.

    `median` looks at the latest complete pairs, at most MEDIAN_OF of them; negative is less
    than before the session. `label` is None below LABEL_FROM pairs.
    """

    median: float | None
    label: Change | None


@dataclass(frozen=True, slots=True)
class Trend:
    """All sessions in order of time, what can be said of each item, and what cannot.

    `answered` counts sessions with any answer, `pairs` those with both.
    """

    sessions: tuple[SessionScores, ...]
    answered: int
    pairs: int
    items: Mapping[Item, ItemTrend]


def build_trend(sessions: Iterable[SessionScores]) -> Trend:
    """Put a patient's sessions in order and say no more about them than the numbers bear.

    Thresholds of better and worse are those of `checkin.change_of`; gaps stay gaps.
    """
    points = tuple(sorted(sessions, key=lambda session: session.at))
    pairs = [(p.before, p.after) for p in points if p.before is not None and p.after is not None]
    items = {item: _item_trend(item, pairs) for item in Item}
    answered = sum(p.before is not None or p.after is not None for p in points)
    return Trend(
        sessions=points,
        answered=answered,
        pairs=len(pairs),
        items=MappingProxyType(items),
    )


def _item_trend(item: Item, pairs: Sequence[tuple[Scores, Scores]]) -> ItemTrend:
    if not pairs:
        return ItemTrend(median=None, label=None)
    middle = float(median(after.of(item) - before.of(item) for before, after in pairs[-MEDIAN_OF:]))
    return ItemTrend(middle, change_of(middle) if len(pairs) >= LABEL_FROM else None)
