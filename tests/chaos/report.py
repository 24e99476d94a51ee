"""What a run prints: the size of it, one line for each invariant, and whatever is broken."""

from collections import Counter

from tests.chaos.invariants import doubles_under_lag
from tests.chaos.points import SITE_DEATHS, STALLS, WEIGHTS

MOST_SHOWN = 20


def summary(kills, load, watcher, truth):
    """Yield how much was done and killed."""
    stalls = sum(kills.get(point, 0) for point in STALLS)
    yield (
        f"  {len(truth.messages):,} messages, {len(truth.creates):,} calls to the carrier, "
        f"{len(truth.texts_in):,} texts from patients taken {sum(truth.handed_over.values()):,} "
        f"times; {stalls} of the kills were stalls beyond a lease"
    )
    yield f"  killed: {_counted(kills)}"
    yield "  never struck: " + (
        ", ".join(one for one in (*WEIGHTS, *SITE_DEATHS) if one not in kills) or "none"
    )
    yield f"  load: {_counted(load)}"
    states = Counter(str(message.state) for message in truth.messages.values())
    yield f"  ends: {_counted(states)}"
    yield f"  longest that a lease had run out: {watcher.worst.total_seconds():.1f} s"


def verdicts(findings, truth):
    """Yield a line for each invariant, then the history of whatever breaks one."""
    for finding in findings:
        yield finding.line()
    if truth.lag_began is not None:
        doubled, sent = doubles_under_lag(truth)
        yield f"  apart: while the carrier's list lagged, {doubled} of {sent:,} texts went twice"
    for finding in findings:
        for who, problem in finding.broken[:MOST_SHOWN]:
            yield f"  {finding.number}: {who}: {problem}"
            for line in truth.history(who):
                yield f"      {line}"


def scene(watcher):
    """Yield who waited for whom when the first row was overdue."""
    if watcher.scene:
        yield "  who waited when the first row was overdue:"
        yield from (f"      {line}" for line in watcher.scene)


def _counted(counts):
    return ", ".join(f"{what} {number}" for what, number in sorted(counts.items()))
