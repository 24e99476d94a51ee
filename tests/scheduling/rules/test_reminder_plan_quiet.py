"""Reminders that would land in quiet hours, and where they go instead."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from booking.clinic.policy import ReminderPolicy
from booking.scheduling.rules.reminder_plan import plan_reminders

NEW_YORK = ZoneInfo("America/New_York")
LONDON = ZoneInfo("Europe/London")
SYDNEY = ZoneInfo("Australia/Sydney")

POLICY = ReminderPolicy()


# Sunday sessions on the days the clocks change. In spring at 9:30: a whole day of hours before
# is 8:30 on the wall, which waits for 9:00. In autumn at 19:30: that is 20:30, which goes at
# 19:30 that evening.
CHANGE_DAYS = [
    (NEW_YORK, "2026-03-08 13:30", ["2026-03-05 14:00", "2026-03-07 14:00"]),
    (NEW_YORK, "2026-11-02 00:30", ["2026-10-29 23:30", "2026-10-31 23:30"]),
    (NEW_YORK, "2027-03-14 13:30", ["2027-03-11 14:00", "2027-03-13 14:00"]),
    (NEW_YORK, "2027-11-08 00:30", ["2027-11-04 23:30", "2027-11-06 23:30"]),
    (LONDON, "2026-03-29 08:30", ["2026-03-26 09:00", "2026-03-28 09:00"]),
    (LONDON, "2026-10-25 19:30", ["2026-10-22 18:30", "2026-10-24 18:30"]),
    (LONDON, "2027-03-28 08:30", ["2027-03-25 09:00", "2027-03-27 09:00"]),
    (LONDON, "2027-10-31 19:30", ["2027-10-28 18:30", "2027-10-30 18:30"]),
    (SYDNEY, "2026-04-05 09:30", ["2026-04-02 08:30", "2026-04-04 08:30"]),
    (SYDNEY, "2026-10-03 22:30", ["2026-09-30 23:00", "2026-10-02 23:00"]),
    (SYDNEY, "2027-04-04 09:30", ["2027-04-01 08:30", "2027-04-03 08:30"]),
    (SYDNEY, "2027-10-02 22:30", ["2027-09-29 23:00", "2027-10-01 23:00"]),
]


@pytest.mark.parametrize(("zone", "starts_at", "expected"), CHANGE_DAYS)
def test_reminders_of_a_session_on_the_day_the_clocks_change_respect_both_clocks(
    zone, starts_at, expected
):
    assert due(starts_at, zone) == expected


# On the patient's wall: when the session is, when it
# was booked, and when the texts go.
SHIFTED = [
    # too early in the morning: it waits for that morning's opening, well ahead or not
    ("Thu 11 08:00", "Mon 01 12:00", False, ["Mon 08 09:00", "Wed 10 09:00"]),
    ("Thu 11 08:00", "Tue 09 18:00", False, ["Wed 10 09:00"]),
    ("Thu 11 08:00", "Tue 09 21:00", False, ["Wed 10 09:00"]),
    ("Thu 11 08:00", "Wed 10 07:59", False, ["Wed 10 09:00"]),
    ("Thu 11 08:00", "Wed 10 08:00", False, []),
    # too late at night: it goes in that evening, and where that is past, the next morning
    ("Thu 11 20:30", "Mon 01 12:00", False, ["Mon 08 19:30", "Wed 10 19:30"]),
    ("Thu 11 20:30", "Wed 10 19:29", False, ["Wed 10 19:30"]),
    ("Thu 11 20:30", "Wed 10 19:30", False, ["Thu 11 09:00"]),
    ("Thu 11 20:30", "Wed 10 20:29", False, ["Thu 11 09:00"]),
    ("Thu 11 23:59", "Tue 09 12:00", False, ["Wed 10 19:30"]),
    ("Thu 11 20:30", "Thu 11 06:00", True, ["Thu 11 18:30"]),
    # the 2 h text of the morning: at the opening while that is before the last call
    ("Thu 11 10:30", "Wed 10 21:00", True, ["Thu 11 09:00"]),
    ("Thu 11 09:45", "Wed 10 12:00", True, ["Thu 11 09:00"]),
    ("Thu 11 09:31", "Wed 10 12:00", True, ["Thu 11 09:00"]),
    # else the evening before, and never when that is past
    ("Thu 11 09:30", "Wed 10 12:00", True, ["Wed 10 19:30"]),
    ("Thu 11 09:30", "Wed 10 19:29", True, ["Wed 10 19:30"]),
    ("Thu 11 09:30", "Wed 10 19:30", True, []),
    # where its evening is past it does not take the day of the 24 h text with it
    ("Thu 11 08:00", "Tue 09 19:45", True, ["Wed 10 19:30"]),
    ("Thu 11 07:00", "Mon 08 21:00", True, ["Tue 09 19:30", "Wed 10 19:30"]),
]


@pytest.mark.parametrize("zone", [NEW_YORK, LONDON, SYDNEY], ids=str)
@pytest.mark.parametrize(("session", "booked", "two_hours", "expected"), SHIFTED)
def test_a_reminder_in_quiet_hours_goes_at_the_best_time_that_is_left(
    zone, session, booked, two_hours, expected
):
    reminders = plan_reminders(
        on_the_wall(session, zone),
        zone,
        POLICY,
        now=on_the_wall(booked, zone),
        with_optional_lead=two_hours,
    )

    assert [f"{one.due_at.astimezone(zone):%a %d %H:%M}" for one in reminders] == expected


def on_the_wall(text, zone):
    """Read "Thu 11 08:00", a time of June 2026, on the clocks of a zone."""
    return datetime.strptime(f"2026 06 {text[4:]}", "%Y %m %d %H:%M").replace(tzinfo=zone)


# A 2 h text of the first morning on the new clocks: 7:30 or 8:30 on the wall, as the last is.
CHANGE_MORNINGS = [
    (NEW_YORK, "2026-03-08 14:30", "2026-03-08 13:00"),
    (NEW_YORK, "2026-03-08 13:30", "2026-03-08 00:30"),
    (NEW_YORK, "2026-11-01 15:30", "2026-11-01 14:00"),
    (NEW_YORK, "2026-11-01 14:30", "2026-10-31 23:30"),
    (LONDON, "2026-03-29 09:30", "2026-03-29 08:00"),
    (LONDON, "2026-03-29 08:30", "2026-03-28 19:30"),
    (LONDON, "2026-10-25 10:30", "2026-10-25 09:00"),
    (LONDON, "2026-10-25 09:30", "2026-10-24 18:30"),
    (SYDNEY, "2026-04-05 00:30", "2026-04-04 23:00"),
    (SYDNEY, "2026-04-04 23:30", "2026-04-04 08:30"),
    (SYDNEY, "2026-10-03 23:30", "2026-10-03 22:00"),
    (SYDNEY, "2026-10-03 22:30", "2026-10-03 09:30"),
]


@pytest.mark.parametrize(("zone", "starts_at", "expected"), CHANGE_MORNINGS)
def test_a_two_hour_reminder_on_the_morning_of_the_change_follows_the_new_clocks(
    zone, starts_at, expected
):
    assert due(starts_at, zone, two_hours=True)[-1] == expected


def due(starts_at, zone, *, two_hours=False):
    reminders = plan_reminders(
        utc(starts_at), zone, POLICY, now=utc("2026-01-01 00:00"), with_optional_lead=two_hours
    )
    return [f"{one.due_at:%Y-%m-%d %H:%M}" for one in reminders]


def utc(text):
    return datetime.fromisoformat(text + "Z")
