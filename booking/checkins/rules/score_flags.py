"""Which numbers raise an alert."""

from typing import Final

from booking.checkins.rules.scores import Scores, change
from booking.safety.rules.pattern import Tier

PAIN_ROSE: Final = 3  # points over the own baseline


PAIN_SEVERE: Final = 8  # together with PAIN_ROSE_SEVERE


PAIN_ROSE_SEVERE: Final = 2


def flag_for_scores(now: Scores, baseline: Scores | None, previous_worse: bool) -> Tier | None:
    """Judge three scores after a session against those before it.

    AMBER: pain 3 or more points over the own baseline; pain 8 or more and at least 2 over it;
    any score worse (see `checkin.change`) when the time before was worse too. Severe pain
    without a baseline to hold it against is for a person to read.
    """
    if baseline is None:
        return Tier.REVIEW if now.pain >= PAIN_SEVERE else None
    rise = now.pain - baseline.pain
    if rise >= PAIN_ROSE or (now.pain >= PAIN_SEVERE and rise >= PAIN_ROSE_SEVERE):
        return Tier.AMBER
    if previous_worse and change(baseline, now).any_worse:
        return Tier.AMBER
    return None
