from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, time, timedelta

import pytest

from booking.clinic.policy import DEFAULT_POLICIES, BookingPolicy

NOW = datetime(2026, 3, 5, 14, tzinfo=UTC)


def test_a_clinic_that_changed_nothing_has_the_documented_numbers():
    booking, reminders, caps = (
        DEFAULT_POLICIES.booking,
        DEFAULT_POLICIES.reminders,
        DEFAULT_POLICIES.caps,
    )

    assert booking.hold == timedelta(minutes=10)
    assert booking.min_notice == timedelta(hours=4)
    assert booking.horizon == timedelta(days=60)
    assert booking.change_cutoff == timedelta(hours=24)
    assert booking.step == timedelta(minutes=15)
    assert booking.daily_cap is None
    assert reminders.leads == (timedelta(hours=72), timedelta(hours=24))
    assert reminders.optional_lead == timedelta(hours=2)
    assert (reminders.quiet_hours.opens, reminders.quiet_hours.closes) == (time(9), time(20))
    assert (caps.per_day, caps.per_week) == (1, 3)


def test_sessions_begin_between_the_notice_and_the_horizon():
    policy = BookingPolicy(min_notice=timedelta(hours=4), horizon=timedelta(days=2))

    window = policy.bookable_window(NOW)

    assert window.start == datetime(2026, 3, 5, 18, tzinfo=UTC)
    assert window.end == datetime(2026, 3, 7, 14, tzinfo=UTC)


def test_policies_are_not_changed_in_passing():
    with pytest.raises(FrozenInstanceError):
        DEFAULT_POLICIES.booking.hold = timedelta(0)
