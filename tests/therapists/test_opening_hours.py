"""Opening hours: from the wall times of a place to instants, also when the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.kit.intervals import Interval
from booking.kit.local_time import local_instant
from booking.scheduling.rules.slots import SlotShape, free_slots
from booking.therapists.opening_hours import (
    OverrideHours,
    WeeklyRange,
    each_open_interval,
    open_intervals,
)

NEW_YORK = ZoneInfo("America/New_York")
LONDON = ZoneInfo("Europe/London")
SYDNEY = ZoneInfo("Australia/Sydney")

HOUR = timedelta(hours=1)
AN_HOUR_EACH = SlotShape(duration=HOUR, before=timedelta(0), after=timedelta(0), step=HOUR)


def utc(text):
    return datetime.fromisoformat(text + "Z")


def instants(*lines):
    """Read lines of one date and several times."""
    return [utc(f"{day} {at}") for day, *times in map(str.split, lines) for at in times]


@pytest.mark.parametrize(
    ("zone", "day", "wall", "instant"),
    [
        # skipped by the change: forward by the length of the gap
        (NEW_YORK, "2026-03-08", "02:30", "2026-03-08 07:30"),
        (NEW_YORK, "2027-03-14", "02:30", "2027-03-14 07:30"),
        (LONDON, "2026-03-29", "01:30", "2026-03-29 01:30"),
        (LONDON, "2027-03-28", "01:30", "2027-03-28 01:30"),
        (SYDNEY, "2026-10-04", "02:30", "2026-10-03 16:30"),
        (SYDNEY, "2027-10-03", "02:30", "2027-10-02 16:30"),
        # twice: the first
        (NEW_YORK, "2026-11-01", "01:30", "2026-11-01 05:30"),
        (NEW_YORK, "2027-11-07", "01:30", "2027-11-07 05:30"),
        (LONDON, "2026-10-25", "01:30", "2026-10-25 00:30"),
        (LONDON, "2027-10-31", "01:30", "2027-10-31 00:30"),
        (SYDNEY, "2026-04-05", "02:30", "2026-04-04 15:30"),
        (SYDNEY, "2027-04-04", "02:30", "2027-04-03 15:30"),
        # and the end of the second one
        (NEW_YORK, "2026-11-01", "02:00", "2026-11-01 07:00"),
        (LONDON, "2026-10-25", "02:00", "2026-10-25 02:00"),
        (SYDNEY, "2026-04-05", "03:00", "2026-04-04 17:00"),
    ],
)
def test_a_skipped_wall_time_moves_forward_and_a_doubled_one_is_the_first(zone, day, wall, instant):
    found = local_instant(date.fromisoformat(day), time.fromisoformat(wall), zone)

    assert found == utc(instant)
    assert found.tzinfo is UTC


def test_the_second_of_two_equal_wall_times_is_never_meant():
    second = time(1, 30, fold=1)

    assert local_instant(date(2026, 11, 1), second, NEW_YORK) == utc("2026-11-01 05:30")


# From midnight to five, an hour each: four starts in spring, six in autumn, five on other days.
NIGHTS = [
    (NEW_YORK, "2026-03-07", ["2026-03-07 05:00 06:00 07:00 08:00 09:00"]),
    (NEW_YORK, "2026-03-08", ["2026-03-08 05:00 06:00 07:00 08:00"]),
    (NEW_YORK, "2026-11-01", ["2026-11-01 04:00 05:00 06:00 07:00 08:00 09:00"]),
    (NEW_YORK, "2027-03-14", ["2027-03-14 05:00 06:00 07:00 08:00"]),
    (NEW_YORK, "2027-11-07", ["2027-11-07 04:00 05:00 06:00 07:00 08:00 09:00"]),
    (LONDON, "2026-03-28", ["2026-03-28 00:00 01:00 02:00 03:00 04:00"]),
    (LONDON, "2026-03-29", ["2026-03-29 00:00 01:00 02:00 03:00"]),
    (LONDON, "2026-10-25", ["2026-10-24 23:00", "2026-10-25 00:00 01:00 02:00 03:00 04:00"]),
    (LONDON, "2027-03-28", ["2027-03-28 00:00 01:00 02:00 03:00"]),
    (LONDON, "2027-10-31", ["2027-10-30 23:00", "2027-10-31 00:00 01:00 02:00 03:00 04:00"]),
    (SYDNEY, "2026-04-04", ["2026-04-03 13:00 14:00 15:00 16:00 17:00"]),
    (SYDNEY, "2026-04-05", ["2026-04-04 13:00 14:00 15:00 16:00 17:00 18:00"]),
    (SYDNEY, "2026-10-04", ["2026-10-03 14:00 15:00 16:00 17:00"]),
    (SYDNEY, "2027-04-04", ["2027-04-03 13:00 14:00 15:00 16:00 17:00 18:00"]),
    (SYDNEY, "2027-10-03", ["2027-10-02 14:00 15:00 16:00 17:00"]),
]


@pytest.mark.parametrize(("zone", "day", "expected"), NIGHTS)
def test_a_night_across_a_change_of_clocks_has_the_hours_it_really_has(zone, day, expected):
    day = date.fromisoformat(day)
    weekly = [WeeklyRange(weekday, time(0), time(5)) for weekday in range(7)]
    window = Interval(utc("2026-01-01 00:00"), utc("2028-01-01 00:00"))

    open_ = open_intervals(weekly, (), zone, day, day)
    found = [slot.starts_at for slot in free_slots(open_, (), AN_HOUR_EACH, window)]

    assert found == instants(*expected)


@pytest.mark.parametrize(
    ("zone", "saturday", "openings"),
    [
        (NEW_YORK, "2026-03-07", ["2026-03-07 14:00", "2026-03-08 13:00", "2026-03-09 13:00"]),
        (NEW_YORK, "2026-10-31", ["2026-10-31 13:00", "2026-11-01 14:00", "2026-11-02 14:00"]),
        (NEW_YORK, "2027-03-13", ["2027-03-13 14:00", "2027-03-14 13:00", "2027-03-15 13:00"]),
        (NEW_YORK, "2027-11-06", ["2027-11-06 13:00", "2027-11-07 14:00", "2027-11-08 14:00"]),
        (LONDON, "2026-03-28", ["2026-03-28 09:00", "2026-03-29 08:00", "2026-03-30 08:00"]),
        (LONDON, "2026-10-24", ["2026-10-24 08:00", "2026-10-25 09:00", "2026-10-26 09:00"]),
        (LONDON, "2027-03-27", ["2027-03-27 09:00", "2027-03-28 08:00", "2027-03-29 08:00"]),
        (LONDON, "2027-10-30", ["2027-10-30 08:00", "2027-10-31 09:00", "2027-11-01 09:00"]),
        (SYDNEY, "2026-04-04", ["2026-04-03 22:00", "2026-04-04 23:00", "2026-04-05 23:00"]),
        (SYDNEY, "2026-10-03", ["2026-10-02 23:00", "2026-10-03 22:00", "2026-10-04 22:00"]),
        (SYDNEY, "2027-04-03", ["2027-04-02 22:00", "2027-04-03 23:00", "2027-04-04 23:00"]),
        (SYDNEY, "2027-10-02", ["2027-10-01 23:00", "2027-10-02 22:00", "2027-10-03 22:00"]),
    ],
)
def test_nine_in_the_morning_stays_nine_across_a_change_of_clocks(zone, saturday, openings):
    first = date.fromisoformat(saturday)
    weekly = [WeeklyRange(weekday, time(9), time(10)) for weekday in range(7)]

    open_ = open_intervals(weekly, (), zone, first, first + timedelta(days=2))

    assert [interval.start for interval in open_] == [utc(text) for text in openings]


def test_hours_wholly_inside_a_skipped_hour_are_not_turned_round():
    weekly = [WeeklyRange(6, time(2, 45), time(3, 15))]

    assert open_intervals(weekly, (), NEW_YORK, date(2026, 3, 8), date(2026, 3, 8)) == []


def test_closing_at_midnight_means_the_end_of_the_day():
    weekly = [WeeklyRange(2, time(22), time(0)), WeeklyRange(3, time(0), time(1))]

    found = open_intervals(weekly, (), LONDON, date(2026, 6, 3), date(2026, 6, 4))

    assert found == [Interval(utc("2026-06-03 21:00"), utc("2026-06-04 00:00"))]


def test_open_hours_can_be_read_one_by_one():
    weekly = [WeeklyRange(weekday, time(9), time(17)) for weekday in range(7)]

    found = each_open_interval(weekly, (), LONDON, date(2026, 1, 7), date(2999, 1, 1))

    assert next(found) == Interval(utc("2026-01-07 09:00"), utc("2026-01-07 17:00"))


def test_hours_that_a_skipped_hour_brings_out_of_order_are_still_joined():
    # 2:30 becomes 3:30 that day, behind the range that begins at 3:00
    weekly = [WeeklyRange(6, time(2, 30), time(4)), WeeklyRange(6, time(3), time(3, 45))]

    found = open_intervals(weekly, (), NEW_YORK, date(2026, 3, 8), date(2026, 3, 8))

    assert found == [Interval(utc("2026-03-08 07:00"), utc("2026-03-08 08:00"))]


def test_an_override_replaces_the_weekly_hours_of_its_day_only():
    weekly = [WeeklyRange(weekday, time(9), time(17)) for weekday in range(7)]
    overrides = [
        OverrideHours(date(2026, 1, 7), ()),
        OverrideHours(date(2026, 1, 8), ((time(12), time(13)), (time(14), time(15)))),
    ]

    found = open_intervals(weekly, overrides, LONDON, date(2026, 1, 6), date(2026, 1, 8))

    assert found == [
        Interval(utc("2026-01-06 09:00"), utc("2026-01-06 17:00")),
        Interval(utc("2026-01-08 12:00"), utc("2026-01-08 13:00")),
        Interval(utc("2026-01-08 14:00"), utc("2026-01-08 15:00")),
    ]
