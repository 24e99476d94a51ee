from datetime import UTC, datetime, timedelta
from itertools import count, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from booking.kit.intervals import Interval, coalesce, coalesce_sorted, intersected, subtracted

NINE = datetime(2026, 3, 5, 9, tzinfo=UTC)


def stretch(first, last):
    """Minutes after nine."""
    return Interval(NINE + timedelta(minutes=first), NINE + timedelta(minutes=last))


def minutes_of(intervals):
    return [
        minute
        for start, end in intervals
        for minute in range(
            int((start - NINE) / timedelta(minutes=1)), int((end - NINE) / timedelta(minutes=1))
        )
    ]


stretches = st.lists(st.builds(stretch, st.integers(0, 60), st.integers(0, 60)), max_size=8)


def test_an_interval_holds_its_start_and_not_its_end():
    assert stretch(0, 10).holds(NINE)
    assert not stretch(0, 10).holds(NINE + timedelta(minutes=10))


def test_intervals_that_only_touch_do_not_overlap():
    assert not stretch(0, 10).overlaps(stretch(10, 20))
    assert not stretch(10, 20).overlaps(stretch(0, 10))
    assert stretch(0, 10).overlaps(stretch(9, 20))


def test_what_overlaps_or_touches_becomes_one():
    assert coalesce([stretch(20, 30), stretch(0, 10), stretch(10, 15), stretch(5, 8)]) == [
        stretch(0, 15),
        stretch(20, 30),
    ]


def test_joining_asks_for_no_more_than_it_needs():
    endless = (stretch(hour * 60, hour * 60 + 10) for hour in count())

    assert next(coalesce_sorted(endless)) == stretch(0, 10)


def test_empty_intervals_vanish():
    assert coalesce([stretch(5, 5), stretch(9, 3)]) == []


def test_a_busy_middle_leaves_both_ends():
    assert subtracted([stretch(0, 60)], [stretch(20, 30)]) == [stretch(0, 20), stretch(30, 60)]


def test_one_busy_stretch_can_cut_into_two_open_ones():
    assert subtracted([stretch(0, 20), stretch(30, 50)], [stretch(10, 40)]) == [
        stretch(0, 10),
        stretch(40, 50),
    ]


def test_only_time_in_both_is_shared():
    assert intersected([stretch(0, 20), stretch(30, 50)], [stretch(10, 40)]) == [
        stretch(10, 20),
        stretch(30, 40),
    ]


def test_nothing_empty_is_left_where_ends_meet():
    assert subtracted([stretch(0, 20)], [stretch(0, 10), stretch(10, 20)]) == []
    assert intersected([stretch(0, 10)], [stretch(10, 20)]) == []


def test_plain_rows_are_as_good_as_intervals():
    assert coalesce([tuple(stretch(0, 10))]) == [stretch(0, 10)]


@settings(deadline=None)
@given(open_=stretches, busy=stretches)
def test_what_is_left_and_what_is_busy_make_up_the_open_time(open_, busy):
    left = minutes_of(subtracted(open_, busy))
    shared = minutes_of(intersected(open_, busy))

    assert set(left).isdisjoint(shared)
    assert sorted(left + shared) == minutes_of(coalesce(open_))
    assert set(left).isdisjoint(minutes_of(coalesce(busy)))


@settings(deadline=None)
@given(intervals=stretches)
def test_merging_keeps_every_minute_once_and_leaves_gaps_between(intervals):
    result = coalesce(intervals)

    assert minutes_of(result) == sorted(set(minutes_of(intervals)))
    assert all(a.end < b.start for a, b in pairwise(result))
