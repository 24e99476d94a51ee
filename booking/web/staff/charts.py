"""Charts of check-ins, drawn on the server: every point, every gap, nothing smoothed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from booking.checkins.rules.scores import HIGHEST, LOWEST, Item, Scores
from booking.checkins.rules.trend import SessionScores
from booking.web.formats import month_day
from booking.web.language import gettext, marked

ITEMS: Final = {
    Item.PAIN: marked("Pain"),
    Item.TIREDNESS: marked("Tiredness"),
    Item.STIFFNESS: marked("Stiffness"),
}
AXIS: Final = 26
"""Width of the scale beside the drawing; it stays in view when the drawing is scrolled."""

MARGIN: Final = 6
TOP: Final = 12
POINT: Final = 11
"""Height of one point of the scale."""

STEP: Final = 46
"""Width of one session: before on the left of its middle, after on the right."""

APART: Final = 9
GAP_LANE: Final = 17
DATE_LANE: Final = 22


@dataclass(frozen=True)
class Mark:
    """One answer; `y` is None where there was none, and then `x` says where the gap is shown."""

    x: float
    y: float | None
    score: int | None


@dataclass(frozen=True)
class Visit:
    """One session on the chart."""

    at: datetime
    label: str
    middle: float
    before: Mark
    after: Mark

    @property
    def is_pair(self) -> bool:
        """Whether both answers are there, so that a line joins them."""
        return self.before.y is not None and self.after.y is not None


@dataclass(frozen=True)
class Level:
    """A line across the chart with its number."""

    y: float
    label: str


@dataclass(frozen=True)
class Chart:
    """One item over the sessions, in the units of its own drawing."""

    item: Item
    width: float
    height: float
    axis: float
    levels: tuple[Level, ...]
    gap_y: float
    date_y: float
    visits: tuple[Visit, ...]

    @property
    def name(self) -> str:
        """What the item is called."""
        return gettext(ITEMS[self.item])

    @property
    def answered(self) -> int:
        """How many single answers the chart shows."""
        return sum((v.before.y is not None) + (v.after.y is not None) for v in self.visits)

    @property
    def gaps(self) -> int:
        """How many answers are missing."""
        return 2 * len(self.visits) - self.answered


def charts_of(sessions: Sequence[SessionScores], zone: ZoneInfo) -> list[Chart]:
    """Return one chart for each of the three items, oldest session on the left.

    Sessions stand evenly apart and carry their dates: a chart in scale would let close ones
    hide each other.
    """
    return [_chart(item, sessions, zone) for item in Item]


def _chart(item: Item, sessions: Sequence[SessionScores], zone: ZoneInfo) -> Chart:
    bottom = _y(LOWEST)
    return Chart(
        item=item,
        width=2 * MARGIN + STEP * max(1, len(sessions)),
        height=bottom + GAP_LANE + DATE_LANE,
        axis=AXIS,
        levels=tuple(Level(_y(score), str(score)) for score in (HIGHEST, 5, LOWEST)),
        gap_y=bottom + GAP_LANE - 3,
        date_y=bottom + GAP_LANE + DATE_LANE - 7,
        visits=tuple(
            _visit(item, one, MARGIN + STEP * (place + 0.5), zone)
            for place, one in enumerate(sessions)
        ),
    )


def _visit(item: Item, one: SessionScores, middle: float, zone: ZoneInfo) -> Visit:
    local = one.at.astimezone(zone)
    return Visit(
        at=one.at,
        label=month_day(local),
        middle=middle,
        before=_mark(item, one.before, middle - APART),
        after=_mark(item, one.after, middle + APART),
    )


def _mark(item: Item, scores: Scores | None, x: float) -> Mark:
    if scores is None:
        return Mark(x, None, None)
    return Mark(x, _y(scores.of(item)), scores.of(item))


def _y(score: int) -> float:
    return TOP + (HIGHEST - score) * POINT
