"""What the clock on the wall showed when a session was agreed, and the instant that makes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.kit.wall_time import Occurrence, instant_by_rules, wall_time

NEW_YORK = "America/New_York"
HOUR = timedelta(hours=1)
FIRST = datetime(2000, 1, 1, tzinfo=UTC)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def wall(text, zone=NEW_YORK, *, offset=-5):
    """A wall time agreed under rules by which the zone was so many hours from UTC."""
    agreed = wall_time(utc("2026-01-01 12:00"), zone)
    return replace(agreed, start=datetime.fromisoformat(text), offset=offset * HOUR)


@pytest.mark.parametrize(
    ("at", "start", "offset"),
    [
        ("2026-03-05 14:00", "2026-03-05 09:00", -5),
        ("2026-07-05 14:00", "2026-07-05 10:00", -4),
        # both of the two hours of the night in which the clocks go back
        ("2026-11-01 05:30", "2026-11-01 01:30", -4),
        ("2026-11-01 06:30", "2026-11-01 01:30", -5),
    ],
)
def test_an_instant_is_kept_as_what_the_clock_shows_and_how_far_from_utc(at, start, offset):
    kept = wall_time(utc(at), NEW_YORK)

    assert (kept.start, kept.offset) == (datetime.fromisoformat(start), offset * HOUR)
    assert kept.instant == utc(at)


@settings(deadline=None, max_examples=300)
@given(
    at=st.timedeltas(timedelta(0), timedelta(days=13_500)).map(lambda passed: FIRST + passed),
    zone=st.sampled_from(sorted(available_timezones() - {"Factory", "localtime"})),
)
def test_as_long_as_the_rules_stay_every_instant_comes_back(at, zone):
    kept = wall_time(at, zone)

    assert kept.instant == at
    assert instant_by_rules(kept)[0] == at


def test_other_rules_move_the_instant_and_not_the_wall_time():
    assert instant_by_rules(wall("2026-03-05 09:00", offset=-6)) == (
        utc("2026-03-05 14:00"),
        Occurrence.ONCE,
    )


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        (-4, "2026-11-01 05:30"),
        (-5, "2026-11-01 06:30"),
        (-6, "2026-11-01 06:30"),
        (-3, "2026-11-01 05:30"),
    ],
)
def test_of_a_time_that_comes_twice_the_one_nearer_to_what_was_agreed_is_meant(offset, expected):
    assert instant_by_rules(wall("2026-11-01 01:30", offset=offset)) == (
        utc(expected),
        Occurrence.TWICE,
    )


@pytest.mark.parametrize("offset", [-4, -5, -6])
def test_a_time_that_comes_no_more_moves_forward_by_the_gap_and_is_said_to(offset):
    at, reading = instant_by_rules(wall("2026-03-08 02:30", offset=offset))

    assert (at, reading) == (utc("2026-03-08 07:30"), Occurrence.NEVER)
    assert wall_time(at, NEW_YORK).start == datetime.fromisoformat("2026-03-08 03:30")
