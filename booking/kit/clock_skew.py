"""What is known of clocks: those of two machines differ a little, and one may be set back."""

from datetime import datetime, timedelta

SKEW = timedelta(minutes=1)
"""Clocks differ by no more than this; what lies further ahead was written before a clock was
set back."""


def is_ahead(at: datetime, now: datetime) -> bool:
    """Whether an instant that should be past is one of a clock that was set back since."""
    return at > now + SKEW


ANY_TIME_AGO = timedelta(days=1)
"""By a clock that was wrong, nobody knows when a text left: its words tell it from others."""
