"""A patient's trend in words: what its numbers rest on, and no more than they bear."""

from typing import Final

from booking.checkins.rules.scores import Change, Item
from booking.checkins.rules.trend import LABEL_FROM, MEDIAN_OF, Trend
from booking.web.language import gettext, marked, ngettext

CHANGES: Final = {
    Change.BETTER: marked("better"),
    Change.SAME: marked("about the same"),
    Change.WORSE: marked("worse"),
}


def median_words(trend: Trend, item: Item) -> str:
    """Say an item's median change, and call it better or worse only where the trend does."""
    found = trend.items[item]
    if found.median is None:
        return gettext("No session has both answers yet.")
    said = ngettext(
        "Median change over the one complete session: %(points)s points",
        "Median change over the last %(num)s complete sessions: %(points)s points",
        min(trend.pairs, MEDIAN_OF),
        points=f"{found.median:+g}".replace("-", "−") if found.median else "0",
    )
    return f"{said}: {gettext(CHANGES[found.label])}." if found.label is not None else f"{said}."


def caption(trend: Trend) -> str:
    """Say what the numbers rest on and what they cannot show (see the evidence page)."""
    if not trend.sessions:
        return gettext("No sessions yet.")
    said = [
        ngettext(
            "%(pairs)s of %(num)s session answered both before and after.",
            "%(pairs)s of %(num)s sessions answered both before and after.",
            len(trend.sessions),
            pairs=trend.pairs,
        )
    ]
    if trend.pairs < LABEL_FROM:
        said.append(
            gettext(
                "It takes %(number)s more before a change is given a name.",
                number=LABEL_FROM - trend.pairs,
            )
        )
    said.append(
        gettext(
            "Symptoms come and go by themselves, and people tend to book when they feel worse, so "
            "some easing would be expected without a session. This chart cannot show that massage "
            "caused any change."
        )
    )
    return " ".join(said)
