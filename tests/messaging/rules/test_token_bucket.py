"""A sender's rate: what a rested one may spend, what is paid back, and how long it waits."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.messaging.rules.sms_segments import segments
from booking.messaging.rules.token_bucket import BURST, Bucket

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
EMPTY = Bucket(0.0, NOON)
RATE = 100.0


def after(**length):
    return NOON + timedelta(**length)


def test_an_empty_bucket_affords_nothing():
    assert EMPTY.affordable == 0


def test_a_bucket_has_a_bottom_and_what_is_below_it_affords_nothing_either():
    assert Bucket(-0.5, NOON).affordable == 0
    assert Bucket(-250.0, NOON).affordable == 0


@pytest.mark.parametrize(("tokens", "affordable"), [(0.99, 0), (1.0, 1), (1.99, 1), (25.0, 25)])
def test_only_whole_segments_can_be_afforded(tokens, affordable):
    assert Bucket(tokens, NOON).affordable == affordable


def test_a_bucket_fills_by_the_rate():
    assert EMPTY.refilled(RATE, after(milliseconds=500)).affordable == 50
    assert EMPTY.refilled(1.0, after(milliseconds=500)).affordable == 0
    assert EMPTY.refilled(1.0, after(seconds=1)).affordable == 1


def test_a_rested_sender_has_no_more_than_a_burst():
    assert EMPTY.refilled(RATE, after(hours=8)).affordable == 100
    assert Bucket(100.0, NOON).refilled(RATE, after(seconds=1)).affordable == 100


def test_the_slowest_sender_can_still_fill_up_to_one_text():
    assert EMPTY.refilled(0.1, after(seconds=9)).affordable == 0
    assert EMPTY.refilled(0.1, after(seconds=10)).affordable == 1
    assert EMPTY.refilled(0.1, after(hours=8)).affordable == 1


def test_a_bucket_over_a_lowered_brim_loses_what_is_over_it():
    assert Bucket(100.0, NOON).refilled(10.0, NOON).affordable == 10


def test_what_is_spent_is_gone_and_does_not_come_back_for_nothing():
    bucket = Bucket(100.0, NOON).spent(30)

    assert bucket.affordable == 70
    assert bucket.refilled(RATE, NOON).affordable == 70


def test_a_text_costs_its_segments():
    two_segments = "Su cita es el martes. " * 10
    assert segments(two_segments) == 2

    assert Bucket(10.0, NOON).spent(segments(two_segments)).affordable == 8


def test_segments_paid_too_much_come_back():
    assert Bucket(10.0, NOON).spent(-3).affordable == 13


def test_a_debt_is_paid_back_before_anything_goes():
    in_debt = Bucket(10.0, NOON).spent(60)

    assert in_debt.affordable == 0
    assert in_debt.refilled(RATE, after(milliseconds=500)).affordable == 0
    assert in_debt.refilled(RATE, after(milliseconds=510)).affordable == 1


@pytest.mark.parametrize(
    ("tokens", "rate", "wait"),
    [
        (0.0, 100.0, timedelta(milliseconds=10)),
        (0.0, 1.0, timedelta(seconds=1)),
        (0.5, 1.0, timedelta(milliseconds=500)),
        (-49.0, 100.0, timedelta(milliseconds=500)),
        (1.0, 1.0, timedelta(0)),
        (7.0, 1.0, timedelta(0)),
    ],
)
def test_the_wait_lasts_until_one_segment_may_go(tokens, rate, wait):
    assert Bucket(tokens, NOON).wait(rate) == wait


def test_after_the_wait_one_segment_may_go_and_not_before():
    bucket = Bucket(-3.0, NOON)
    wait = bucket.wait(4.0)

    assert bucket.refilled(4.0, NOON + wait - timedelta(milliseconds=1)).affordable == 0
    assert bucket.refilled(4.0, NOON + wait).affordable == 1


def test_a_clock_that_goes_back_fills_nothing_twice():
    later = EMPTY.refilled(RATE, after(seconds=1)).spent(100)

    earlier = later.refilled(RATE, NOON)

    assert earlier.affordable == 0
    assert earlier.refilled(RATE, after(seconds=1)).affordable == 0
    assert earlier.refilled(RATE, after(seconds=2)).affordable == 100


@given(
    rate=st.integers(1, 500),
    steps=st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 4)), min_size=1, max_size=60),
)
def test_whoever_takes_only_what_is_affordable_keeps_the_rate(rate, steps):
    bucket, now, spent = EMPTY, NOON, 0

    for milliseconds, cost in steps:
        now += timedelta(milliseconds=milliseconds)
        bucket = bucket.refilled(rate, now)
        if bucket.affordable:
            bucket = bucket.spent(cost)
            spent += cost

    most = rate * (now - NOON).total_seconds() + rate * BURST.total_seconds()
    assert spent <= most + 4  # the last text may have been longer than what was left
