"""What a soak prints, and what of it is a problem."""

import math
from collections import Counter
from itertools import pairwise

from tests.chaos import report as chaos_report
from tests.soak.lives import BY_ITSELF
from tests.soak.strikes import HALT_FOR_GOOD
from tests.soak.visits import longest

BACK_WITHIN_S = 30.0
"""With the processors busy and the pauses grown; halted for good, 21 seconds more."""
HALTED_LONGER_S = 21.0
SITE_SILENT_S = 10.0
"""Except while the site itself was killed, halted or starting, or its disk full."""
SHOWN = 10


def problems(soak, findings):
    """Return what must not be, in words."""
    found = [f"invariant {one.number} is broken" for one in findings if not one.holds]
    found += [f"invariant {one.number} was not looked at" for one in findings if not one.checked]
    for death in soak.lives.deaths:
        allowed = BACK_WITHIN_S + HALTED_LONGER_S * (death.cause == HALT_FOR_GOOD)
        if _while_full(soak, death):
            allowed = math.inf if death.back_at < math.inf else 0.0
        if death.took_s > allowed:
            found.append(f"{death.name} ({death.cause}) was back after {death.took_s:.1f} s")
        if death.cause == BY_ITSELF and not _while_full(soak, death):
            found.append(f"{death.name} died by itself")
    found += [f"{name} was given up" for name in sorted(soak.lives.given_up)]
    if _site_silence(soak) > SITE_SILENT_S:
        found.append(f"the site was silent for {_site_silence(soak):.1f} s")
    return found


def so_far(soak):
    """Return a line for whoever waits."""
    return (
        f"  {len(soak.lives.deaths)} deaths, {len(soak.lives.given_up)} given up, "
        f"site silent at most {_site_silence(soak):.1f} s"
    )


def lines(soak, findings, found, truth):
    """Yield the report."""
    deaths = soak.lives.deaths
    yield (
        f"soak, seed {soak.plan.seed}: {soak.stormed / 60:.1f} minutes, then at rest in "
        f"{soak.rested:.0f} s; {soak.plan.processors} processors burnt, "
        f"{_fullness(soak.disk)}"
    )
    yield f"  struck: {_counted(soak.striker.counts)}"
    yield f"  poisoned: {_counted(soak.poisoner.counts)}"
    yield f"  load: {_counted(soak.load.counts)}"
    yield f"  {len(truth.messages):,} messages, {len(truth.creates):,} calls to the carrier"
    causes = Counter(f"{one.name} {one.cause}" for one in deaths)
    yield f"  deaths {len(deaths)}: {_counted(causes)}"
    for name in sorted({one.name for one in deaths}):
        yield _recovery(soak, name)
    whole = longest(soak.visits["web"].silences)
    yield (
        f"  longest silence of the site: {_site_silence(soak):.1f} s while it was not struck "
        f"itself, {whole:.1f} s in all; pages answered {_counted(soak.pages.statuses)}"
    )
    yield f"  longest silence of the senders: {_sender_silence(soak, truth)}"
    yield from chaos_report.verdicts(findings, truth)
    for death in [one for one in deaths if one.cause == BY_ITSELF][:SHOWN]:
        full = " (the disk was full)" if _while_full(soak, death) else ""
        yield f"  {death.name} died by itself{full}: {death.last_lines}"
    yield from soak.said[:SHOWN]
    yield "all holds" if not found else "BROKEN: " + "; ".join(found)


def _fullness(disk):
    if not disk.is_mounted:
        return "no full disk, since this user may mount none"
    return f"the disk full {len(disk.full)} times"


def _recovery(soak, name):
    took = sorted(
        one.took_s
        for one in soak.lives.deaths
        if one.name == name and one.cause != HALT_FOR_GOOD and not _while_full(soak, one)
    )
    if not took:
        return f"    {name:<7} died only while halted for good or on a full disk"
    half, most = took[len(took) // 2], took[min(len(took) - 1, int(len(took) * 0.95))]
    return (
        f"    {name:<7} {len(took):>4} recoveries: p50 {half:.1f} s, p95 {most:.1f} s, "
        f"max {took[-1]:.1f} s"
    )


def _while_full(soak, death):
    """Whether the disk was full while it died or was to start, or right before."""
    return any(
        since <= min(death.back_at, death.at + BACK_WITHIN_S) and death.at <= until + 2.0
        for since, until in soak.disk.full
    )


def _site_silence(soak):
    return longest(soak.visits["web"].silences, soak.lives.away("web"), soak.disk.full)


def _sender_silence(soak, truth):
    """Say how long no text came to the carrier, in all and while it was there to take one."""
    times = [soak.began_at, *(one.received_at for one in truth.creates), soak.ended_at]
    since = [soak.began + (at - soak.began_at).total_seconds() for at in times]
    gaps = list(pairwise(sorted(since)))
    both = [soak.lives.away("phone"), soak.disk.full]
    return (
        f"{longest(gaps, *both):.1f} s while carrier and disk were there, "
        f"{longest(gaps):.1f} s in all"
    )


def _counted(counts):
    return ", ".join(f"{what} {number}" for what, number in sorted(counts.items(), key=str))
