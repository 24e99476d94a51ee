"""What a measurement yields: figures, the bars they are held to, and how both are printed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class Bar(Enum):
    """On which side of its bar a figure should be."""

    AT_LEAST = ">="
    AT_MOST = "<="


@dataclass(frozen=True)
class Figure:
    """One number with its unit; one without a limit is there to compare with."""

    name: str
    value: float
    unit: str
    bar: Bar | None = None
    limit: float = 0.0

    @property
    def holds(self) -> bool:
        """Whether it is on the right side of its bar, if it has one."""
        if self.bar is None:
            return True
        return self.value >= self.limit if self.bar is Bar.AT_LEAST else self.value <= self.limit

    def __str__(self) -> str:
        shown = f"  {self.name:<58} {_number(self.value):>9} {self.unit:<11}"
        if self.bar is None:
            return shown.rstrip()
        verdict = "" if self.holds else "  MISSED"
        return f"{shown} (bar {self.bar.value} {_number(self.limit)}){verdict}"


def at_least(name: str, value: float, unit: str, limit: float) -> Figure:
    """Return a figure that should not be smaller than its limit."""
    return Figure(name, value, unit, Bar.AT_LEAST, limit)


def at_most(name: str, value: float, unit: str, limit: float) -> Figure:
    """Return a figure that should not be larger than its limit."""
    return Figure(name, value, unit, Bar.AT_MOST, limit)


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest value that at least so many percent of the values do not exceed."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def spread(name: str, values: Sequence[float], unit: str) -> list[Figure]:
    """Return the median, the 95th and the 99th percentile."""
    return [Figure(f"{name}, p{one}", percentile(values, one), unit) for one in (50, 95, 99)]


def _number(value: float) -> str:
    if math.isnan(value):
        return "none"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}"
