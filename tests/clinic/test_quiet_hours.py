from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.clinic.policy import TEXTING_HOURS
from booking.clinic.quiet_hours import QuietHours
from booking.kit.errors import InvalidInput

NEW_YORK = ZoneInfo("America/New_York")
LONDON = ZoneInfo("Europe/London")
SYDNEY = ZoneInfo("Australia/Sydney")

FIRST = datetime(2025, 1, 1, tzinfo=UTC)
instants = st.timedeltas(timedelta(0), timedelta(days=1461)).map(lambda passed: FIRST + passed)
zones = st.sampled_from(
    [
        NEW_YORK,
        LONDON,
        SYDNEY,
        ZoneInfo("Asia/Kolkata"),
        ZoneInfo("Australia/Lord_Howe"),
        ZoneInfo("Pacific/Kiritimati"),
        ZoneInfo("America/St_Johns"),
    ]
)


def utc(text):
    return datetime.fromisoformat(text + "Z")


@pytest.mark.parametrize(
    ("at", "quiet"),
    [
        ("2026-06-03 12:59", True),
        ("2026-06-03 13:00", False),
        ("2026-06-03 23:59", False),
        ("2026-06-04 00:00", True),
    ],
)
def test_texts_may_go_from_nine_until_just_before_eight_in_the_evening(at, quiet):
    assert TEXTING_HOURS.is_quiet(utc(at), NEW_YORK) is quiet


# On the days the clocks change: the first instant a text may go, the first it may not.
CHANGE_DAYS = [
    (NEW_YORK, "2026-03-08 13:00", "2026-03-09 00:00"),
    (NEW_YORK, "2026-11-01 14:00", "2026-11-02 01:00"),
    (NEW_YORK, "2027-03-14 13:00", "2027-03-15 00:00"),
    (NEW_YORK, "2027-11-07 14:00", "2027-11-08 01:00"),
    (LONDON, "2026-03-29 08:00", "2026-03-29 19:00"),
    (LONDON, "2026-10-25 09:00", "2026-10-25 20:00"),
    (LONDON, "2027-03-28 08:00", "2027-03-28 19:00"),
    (LONDON, "2027-10-31 09:00", "2027-10-31 20:00"),
    (SYDNEY, "2026-04-04 23:00", "2026-04-05 10:00"),
    (SYDNEY, "2026-10-03 22:00", "2026-10-04 09:00"),
    (SYDNEY, "2027-04-03 23:00", "2027-04-04 10:00"),
    (SYDNEY, "2027-10-02 22:00", "2027-10-03 09:00"),
]


@pytest.mark.parametrize(("zone", "opens", "closes"), CHANGE_DAYS)
def test_quiet_hours_follow_the_clock_on_the_wall_when_it_changes(zone, opens, closes):
    second = timedelta(seconds=1)

    assert TEXTING_HOURS.is_quiet(utc(opens) - second, zone)
    assert not TEXTING_HOURS.is_quiet(utc(opens), zone)
    assert not TEXTING_HOURS.is_quiet(utc(closes) - second, zone)
    assert TEXTING_HOURS.is_quiet(utc(closes), zone)


# An instant in the night of the change (behind the gap, or the second of two equal wall
# times), the evening before it, and the morning after it.
CHANGE_NIGHTS = [
    (NEW_YORK, "2026-03-08 07:30", "2026-03-08 00:30", "2026-03-08 13:00"),
    (NEW_YORK, "2026-11-01 06:30", "2026-10-31 23:30", "2026-11-01 14:00"),
    (NEW_YORK, "2027-03-14 07:30", "2027-03-14 00:30", "2027-03-14 13:00"),
    (NEW_YORK, "2027-11-07 06:30", "2027-11-06 23:30", "2027-11-07 14:00"),
    (LONDON, "2026-03-29 01:30", "2026-03-28 19:30", "2026-03-29 08:00"),
    (LONDON, "2026-10-25 01:30", "2026-10-24 18:30", "2026-10-25 09:00"),
    (LONDON, "2027-03-28 01:30", "2027-03-27 19:30", "2027-03-28 08:00"),
    (LONDON, "2027-10-31 01:30", "2027-10-30 18:30", "2027-10-31 09:00"),
    (SYDNEY, "2026-04-04 16:30", "2026-04-04 08:30", "2026-04-04 23:00"),
    (SYDNEY, "2026-10-03 16:30", "2026-10-03 09:30", "2026-10-03 22:00"),
    (SYDNEY, "2027-04-03 16:30", "2027-04-03 08:30", "2027-04-03 23:00"),
    (SYDNEY, "2027-10-02 16:30", "2027-10-02 09:30", "2027-10-02 22:00"),
]


@pytest.mark.parametrize(("zone", "at", "evening", "morning"), CHANGE_NIGHTS)
def test_a_text_in_the_night_of_the_change_moves_to_a_true_evening_or_morning(
    zone, at, evening, morning
):
    assert TEXTING_HOURS.moved_earlier(utc(at), zone) == utc(evening)
    assert TEXTING_HOURS.moved_later(utc(at), zone) == utc(morning)


def test_a_text_late_in_the_evening_moves_within_its_own_evening_or_to_the_next_day():
    late = utc("2026-03-09 01:00")  # 21:00 on the Sunday the clocks changed

    assert TEXTING_HOURS.moved_earlier(late, NEW_YORK) == utc("2026-03-08 23:30")
    assert TEXTING_HOURS.moved_later(late, NEW_YORK) == utc("2026-03-09 13:00")


@pytest.mark.parametrize("at", ["2026-06-03 13:00", "2026-06-03 23:45"])
def test_a_text_in_texting_hours_stays_where_it_is(at):
    assert TEXTING_HOURS.moved_earlier(utc(at), NEW_YORK) == utc(at)
    assert TEXTING_HOURS.moved_later(utc(at), NEW_YORK) == utc(at)


@pytest.mark.parametrize(
    ("opens", "closes", "margin"),
    [
        (time(9), time(9), 30),
        (time(20), time(9), 30),
        (time(9), time(9, 20), 30),
        (time(9), time(20), 0),
        (time(0), time(0, 10), 30),
    ],
)
def test_texting_hours_without_room_are_refused(opens, closes, margin):
    with pytest.raises(InvalidInput):
        QuietHours(opens, closes, timedelta(minutes=margin))


def test_texting_hours_may_be_just_as_long_as_their_margin():
    hours = QuietHours(time(9), time(9, 30), timedelta(minutes=30))

    assert hours.moved_earlier(utc("2026-06-03 14:00"), NEW_YORK) == utc("2026-06-03 13:00")


@settings(deadline=None)
@given(at=instants, zone=zones)
def test_a_moved_text_never_lands_in_quiet_hours_and_moves_less_than_a_day(at, zone):
    earlier = TEXTING_HOURS.moved_earlier(at, zone)
    later = TEXTING_HOURS.moved_later(at, zone)

    assert not TEXTING_HOURS.is_quiet(earlier, zone)
    assert not TEXTING_HOURS.is_quiet(later, zone)
    assert timedelta(0) <= at - earlier <= timedelta(hours=15)
    assert timedelta(0) <= later - at <= timedelta(hours=14)


@settings(deadline=None)
@given(at=instants, zone=zones)
def test_moving_twice_changes_nothing_more(at, zone):
    earlier = TEXTING_HOURS.moved_earlier(at, zone)
    later = TEXTING_HOURS.moved_later(at, zone)

    assert TEXTING_HOURS.moved_earlier(earlier, zone) == earlier
    assert TEXTING_HOURS.moved_later(later, zone) == later
