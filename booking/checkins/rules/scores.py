"""Check-ins: three numbers before a session and after it, and what a difference means."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from booking.kit.errors import Flaw, InvalidInput

LOWEST: Final = 0
HIGHEST: Final = 10

# Points on 0-10 from which a difference means something to a person with SLE. It is
# asymmetric: better at -15.8 and worse at +8.5 on 0-100 (J Rheumatol 2009;36:2231, n = 202).
BETTER_FROM: Final = -2
WORSE_FROM: Final = 1


class ScoreOutOfRange(InvalidInput):
    """A score is not a whole number from 0 to 10."""

    code = "score_out_of_range"


class Item(StrEnum):
    """What is asked, in the order of the reply; all from 0 (none) to 10 (worst)."""

    PAIN = "pain"
    TIREDNESS = "tiredness"
    STIFFNESS = "stiffness"


@dataclass(frozen=True, slots=True)
class Scores:
    """One answer: pain, tiredness and stiffness, each 0 none to 10 worst."""

    pain: int
    tiredness: int
    stiffness: int

    def __post_init__(self) -> None:
        wrong = {
            item.name: Flaw("score_not_in_range", {"lowest": LOWEST, "highest": HIGHEST})
            for item in fields(self)
            if not _is_score(getattr(self, item.name))
        }
        if wrong:
            raise ScoreOutOfRange(**wrong)

    def of(self, item: Item) -> int:
        """Return one of the three scores."""
        return {
            Item.PAIN: self.pain,
            Item.TIREDNESS: self.tiredness,
            Item.STIFFNESS: self.stiffness,
        }[item]


class CheckInKind(StrEnum):
    """When a check-in is asked, relative to its session."""

    BASELINE = "baseline"
    AFTER_24H = "after_24h"
    AFTER_72H = "after_72h"
    AFTER_7D = "after_7d"


@dataclass(frozen=True, slots=True)
class CheckInPolicy:
    """The times of check-ins, all of which a clinic may change.

    24 h is the main one: soreness after massage starts within 12 h and is mostly gone by
    36 h (Cambron 2007), so an hour of the patient's choice may move it by half a day at most.
    """

    baseline_lead: timedelta = timedelta(hours=3)
    delays: dict[CheckInKind, timedelta] = field(
        default_factory=lambda: {
            CheckInKind.AFTER_24H: timedelta(hours=24),
            CheckInKind.AFTER_72H: timedelta(hours=72),
            CheckInKind.AFTER_7D: timedelta(days=7),
        }
    )
    nudge_after: timedelta = timedelta(hours=20)
    window: timedelta = timedelta(hours=48)
    correction: timedelta = timedelta(hours=1)


DEFAULT_CHECK_INS: Final = CheckInPolicy()


@dataclass(frozen=True, slots=True)
class PlannedCheckIn:
    """One question to ask: when, when to nudge once (or never), when answers end."""

    kind: CheckInKind
    due_at: datetime
    nudge_at: datetime | None
    closes_at: datetime


def plan_baseline(starts_at: datetime, policy: CheckInPolicy = DEFAULT_CHECK_INS) -> PlannedCheckIn:
    """Plan the question before the session; it closes when the session starts, without a nudge.

    Quiet hours are not known here: whoever sends may ask later, never after `closes_at`.
    """
    due_at = starts_at.astimezone(UTC) - policy.baseline_lead
    return PlannedCheckIn(CheckInKind.BASELINE, due_at, None, starts_at.astimezone(UTC))


def plan_after(
    done_at: datetime,
    policy: CheckInPolicy = DEFAULT_CHECK_INS,
    *,
    zone: ZoneInfo,
    hour: time | None = None,
    after_7d: bool = False,
) -> Iterator[PlannedCheckIn]:
    """Yield the check-ins known when a session ends, earliest first.

    `hour` is the patient's chosen time of day in `zone`; each check-in moves to its nearest
    occurrence. The one after 72 h is planned by `plan_follow_up`, once it is called for.
    """
    yield _planned(CheckInKind.AFTER_24H, done_at, policy, zone, hour)
    if after_7d:
        yield _planned(CheckInKind.AFTER_7D, done_at, policy, zone, hour)


def plan_follow_up(
    done_at: datetime,
    changes: "Changes",
    policy: CheckInPolicy = DEFAULT_CHECK_INS,
    *,
    zone: ZoneInfo,
    hour: time | None = None,
) -> PlannedCheckIn | None:
    """Plan the check-in after 72 h if the one after 24 h was worse than before the session."""
    if not changes.any_worse:
        return None
    return _planned(CheckInKind.AFTER_72H, done_at, policy, zone, hour)


def is_open(planned: PlannedCheckIn, at: datetime) -> bool:
    """Say whether an answer that comes at this instant still counts."""
    return planned.due_at <= at < planned.closes_at


def is_correction(
    answered_at: datetime, at: datetime, policy: CheckInPolicy = DEFAULT_CHECK_INS
) -> bool:
    """Say whether a second answer replaces the first; the first stays in the history."""
    return answered_at <= at <= answered_at + policy.correction


class Change(StrEnum):
    """How one score compares with the one before the session."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"


@dataclass(frozen=True, slots=True)
class Changes:
    """The change of each of the three scores."""

    pain: Change
    tiredness: Change
    stiffness: Change

    @property
    def any_worse(self) -> bool:
        """Say whether at least one score got worse."""
        return Change.WORSE in (self.pain, self.tiredness, self.stiffness)


def change(before: Scores, after: Scores) -> Changes:
    """Compare the scores after a session with those before it, item by item.

    On 0-10: better from -2, worse from +1, else about the same; asymmetric because people
    with SLE notice worsening sooner (J Rheumatol 2009;36:2231).
    """
    return Changes(
        pain=change_of(after.pain - before.pain),
        tiredness=change_of(after.tiredness - before.tiredness),
        stiffness=change_of(after.stiffness - before.stiffness),
    )


def change_of(difference: float) -> Change:
    """Name a difference of after minus before, in points on 0-10."""
    if difference <= BETTER_FROM:
        return Change.BETTER
    if difference >= WORSE_FROM:
        return Change.WORSE
    return Change.SAME


def _is_score(value: object) -> bool:
    # bool is an int to Python; True is no score.
    return type(value) is int and LOWEST <= value <= HIGHEST


def _planned(
    kind: CheckInKind,
    done_at: datetime,
    policy: CheckInPolicy,
    zone: ZoneInfo,
    hour: time | None,
) -> PlannedCheckIn:
    due_at = done_at.astimezone(UTC) + policy.delays[kind]
    if hour is not None:
        due_at = _nearest(due_at, hour, zone)
    return PlannedCheckIn(
        kind=kind,
        due_at=due_at,
        nudge_at=due_at + policy.nudge_after,
        closes_at=due_at + policy.window,
    )


def _nearest(at: datetime, hour: time, zone: ZoneInfo) -> datetime:
    """Return the occurrence of a wall-clock time that lies nearest to an instant, as UTC."""
    today = at.astimezone(zone).date()
    near = [
        datetime.combine(today + timedelta(days=days), hour, tzinfo=zone).astimezone(UTC)
        for days in (-1, 0, 1)
    ]
    return min(near, key=lambda candidate: abs(candidate - at))
