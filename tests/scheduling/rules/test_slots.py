from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.kit.errors import InvalidInput
from booking.kit.intervals import Interval, coalesce, subtracted
from booking.scheduling.rules.slots import (
    SlotShape,
    StartRun,
    free_runs,
    free_slots,
    runs_by_day,
    slot_at,
)
from booking.therapists.opening_hours import OverrideHours, WeeklyRange

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
NINE = datetime(2026, 6, 3, 9, tzinfo=UTC)  # a Wednesday
ALL_DAY = Interval(NINE - 9 * HOUR, NINE + 15 * HOUR)


def utc(text):
    return datetime.fromisoformat(text + "Z")


def at(clock):
    """An instant on the Wednesday, in UTC."""
    return utc(f"2026-06-03 {clock}")


def stretch(first, last):
    return Interval(at(first), at(last))


def shape(minutes=60, before=0, after=0, step=15):
    return SlotShape(minutes * MINUTE, before * MINUTE, after * MINUTE, step * MINUTE)


def starts(open_, busy, a_shape, window=ALL_DAY):
    return [f"{slot.starts_at:%H:%M}" for slot in free_slots(open_, busy, a_shape, window)]


@pytest.mark.parametrize(
    "make",
    [
        lambda: WeeklyRange(7, time(9), time(10)),
        lambda: WeeklyRange(0, time(10), time(10)),
        lambda: WeeklyRange(0, time(10), time(9)),
        lambda: OverrideHours(date(2026, 1, 7), ((time(10), time(9)),)),
        lambda: shape(0),
        lambda: shape(60, step=0),
        lambda: shape(60, before=-1),
    ],
)
def test_hours_and_shapes_that_make_no_sense_are_refused(make):
    with pytest.raises(InvalidInput):
        make()


def test_a_session_ends_within_the_open_hours():
    assert starts([stretch("09:00", "10:30")], [], shape(60)) == ["09:00", "09:15", "09:30"]


def test_buffers_may_reach_beyond_the_open_hours():
    assert starts([stretch("09:00", "10:00")], [], shape(60, before=30, after=30)) == ["09:00"]


def test_starts_stay_on_the_grid_of_the_opening_after_a_booking_of_odd_length():
    found = starts([stretch("09:00", "12:00")], [stretch("09:00", "10:05")], shape(60))

    assert found == ["10:15", "10:30", "10:45", "11:00"]


def test_the_grid_begins_at_the_opening_not_at_the_hour():
    assert starts([stretch("09:10", "11:00")], [], shape(60, step=30)) == ["09:10", "09:40"]


def test_a_slot_that_just_fits_between_two_bookings_is_offered():
    busy = [stretch("09:00", "10:00"), stretch("11:00", "12:00")]

    assert starts([stretch("09:00", "12:00")], busy, shape(60)) == ["10:00"]


def test_buffers_count_against_busy_time_on_both_sides():
    busy = [stretch("09:00", "10:00"), stretch("12:00", "13:00")]

    found = starts([stretch("09:00", "13:00")], busy, shape(60, before=15, after=30))

    assert found == ["10:15", "10:30"]


def test_busy_rows_may_come_in_any_order_inside_one_another_and_empty():
    busy = [
        stretch("11:00", "11:30"),
        stretch("09:00", "12:00"),
        stretch("09:30", "10:00"),
        stretch("12:30", "12:30"),
    ]

    assert starts([stretch("09:00", "13:00")], busy, shape(60)) == ["12:00"]


def test_busy_time_across_two_open_ranges_counts_in_both():
    open_ = [stretch("09:00", "11:00"), stretch("12:00", "14:00")]

    assert starts(open_, [stretch("10:00", "13:00")], shape(60)) == ["09:00", "13:00"]


def test_no_session_runs_across_a_break():
    open_ = [stretch("09:00", "10:00"), stretch("10:30", "11:30")]

    assert starts(open_, [], shape(60)) == ["09:00", "10:30"]


def test_the_window_holds_its_first_start_and_not_its_last():
    found = starts([stretch("09:00", "12:00")], [], shape(60), stretch("09:30", "10:15"))

    assert found == ["09:30", "09:45", "10:00"]


def test_a_window_ending_at_the_last_possible_start_leaves_that_start_out():
    found = starts([stretch("09:00", "11:00")], [], shape(60), stretch("09:30", "10:00"))

    assert found == ["09:30", "09:45"]


def test_a_window_off_the_grid_does_not_move_the_grid():
    found = starts([stretch("09:00", "12:00")], [], shape(60), stretch("09:37", "10:07"))

    assert found == ["09:45", "10:00"]


def test_a_booking_before_the_window_still_blocks_the_first_start_in_it():
    found = starts(
        [stretch("09:00", "11:00")],
        [stretch("08:00", "09:40")],
        shape(60, before=30),
        stretch("09:45", "11:00"),
    )

    assert found == []


def test_a_slot_carries_its_end_and_all_it_blocks():
    slot = shape(60, before=10, after=20).slot(at("09:00"))

    assert slot.ends_at == at("10:00")
    assert slot.blocked == stretch("08:50", "10:20")


def test_the_slots_of_a_run_are_those_of_its_starts():
    a_shape = shape(60, before=10, after=20, step=25)

    found = list(a_shape.slots(StartRun(at("09:00"), 3)))

    assert found == [a_shape.slot(at(start)) for start in ("09:00", "09:25", "09:50")]


def test_a_run_over_midnight_is_told_apart_by_the_days_of_the_zone():
    run = StartRun(at("02:00"), 5)

    found = list(runs_by_day([run], HOUR, ZoneInfo("America/New_York")))

    assert found == [
        (date(2026, 6, 2), StartRun(at("02:00"), 2)),
        (date(2026, 6, 3), StartRun(at("04:00"), 3)),
    ]
    assert list(runs_by_day([run], HOUR, ZoneInfo("UTC"))) == [(date(2026, 6, 3), run)]


def test_runs_count_the_starts_they_stand_for():
    runs = list(
        free_runs(
            [stretch("09:00", "13:00")], [stretch("10:30", "11:00")], shape(60, step=30), ALL_DAY
        )
    )

    assert [(run.first, run.starts) for run in runs] == [(at("09:00"), 2), (at("11:00"), 3)]


@pytest.mark.parametrize(
    ("wanted", "offered"),
    [
        ("09:15", True),
        ("09:20", False),  # off the step
        ("08:45", False),  # before the opening
        ("11:15", False),  # would end after closing
        ("10:00", False),  # busy
        ("11:00", True),
    ],
)
def test_exactly_the_starts_on_offer_can_be_booked(wanted, offered):
    slot = slot_at(
        at(wanted), [stretch("09:00", "12:00")], [stretch("10:15", "11:00")], shape(60), ALL_DAY
    )

    assert (slot is not None) == offered
    assert slot is None or slot.starts_at == at(wanted)


def test_a_start_outside_the_window_cannot_be_booked():
    window = stretch("10:00", "11:00")

    assert slot_at(at("09:00"), [stretch("09:00", "12:00")], [], shape(60), window) is None
    assert slot_at(at("11:00"), [stretch("09:00", "12:00")], [], shape(60), window) is None


# Properties

minutes = st.integers(0, 24 * 60)
stretches = st.lists(
    st.tuples(minutes, minutes).map(
        lambda pair: Interval(
            ALL_DAY.start + min(pair) * MINUTE, ALL_DAY.start + max(pair) * MINUTE
        )
    ),
    max_size=8,
)
shapes = st.builds(
    shape,
    st.integers(5, 120),
    before=st.integers(0, 40),
    after=st.integers(0, 40),
    step=st.integers(1, 60),
)


@settings(deadline=None)
@given(open_=stretches, busy=stretches, a_shape=shapes)
def test_a_free_slot_never_touches_busy_time_and_never_leaves_the_open_hours(open_, busy, a_shape):
    open_ = coalesce(open_)

    for slot in free_slots(open_, busy, a_shape, ALL_DAY):
        assert subtracted([slot.blocked], busy) == [slot.blocked]
        assert any(o.start <= slot.starts_at and slot.ends_at <= o.end for o in open_)


@settings(deadline=None)
@given(open_=stretches, busy=stretches, a_shape=shapes, bounds=st.tuples(minutes, minutes))
def test_every_start_a_minute_by_minute_search_finds_is_offered_and_no_other(
    open_, busy, a_shape, bounds
):
    open_ = coalesce(open_)
    window = Interval(*(ALL_DAY.start + bound * MINUTE for bound in sorted(bounds)))
    expected = []
    for o in open_:
        start = o.start
        while start + a_shape.duration <= o.end:
            blocked = a_shape.slot(start).blocked
            if window.holds(start) and not any(
                b.start < b.end and blocked.overlaps(b) for b in busy
            ):
                expected.append(start)
            start += a_shape.step

    assert [slot.starts_at for slot in free_slots(open_, busy, a_shape, window)] == expected
    assert all(slot_at(start, open_, busy, a_shape, window) for start in expected)
