"""What the clinic changes at night: whom it wakes, and whom it lets sleep."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.clinic.policy import ReminderPolicy
from booking.scheduling.rules.notice_plan import plan_news

POLICY = ReminderPolicy()
ZONES = [
    ZoneInfo("America/New_York"),
    ZoneInfo("America/Los_Angeles"),
    ZoneInfo("Europe/London"),
    ZoneInfo("Australia/Sydney"),
]

# On the patient's wall: when the clinic acts, the session's times, when the text goes, until
# when it is worth sending, and whether it waits should it run into the night.
PLANS = [
    # by day: at once; held up into the night it waits for the morning
    ("04 12:00", ["11 15:00"], "04 12:00", "05 12:00", True),
    ("04 19:59", ["11 15:00"], "04 19:59", "05 19:59", True),
    # in quiet hours: in the morning
    ("04 03:00", ["11 15:00"], "04 09:00", "05 09:00", True),
    ("04 08:59", ["11 15:00"], "04 09:00", "05 09:00", True),
    ("04 20:00", ["11 15:00"], "05 09:00", "06 09:00", True),
    ("04 23:30", ["11 15:00"], "05 09:00", "06 09:00", True),
    # the session is soon after the morning: whoever sets out at nine knows by then
    ("04 03:00", ["04 11:00"], "04 09:00", "04 11:00", True),
    ("04 03:00", ["04 10:59"], "04 03:00", "04 10:59", False),
    ("04 03:00", ["04 08:30"], "04 03:00", "04 08:30", False),
    ("04 08:00", ["04 08:30"], "04 08:00", "04 10:00", False),
    ("04 21:00", ["05 10:00"], "04 21:00", "05 10:00", False),
    # the same in the evening before, so that nothing holds it up into the night
    ("04 19:59", ["05 10:00"], "04 19:59", "05 10:00", False),
    ("04 12:00", ["04 15:00"], "04 12:00", "04 15:00", False),
    # moved: the earlier of the two counts, old or new
    ("04 03:00", ["04 10:00", "11 15:00"], "04 03:00", "04 10:00", False),
    ("04 03:00", ["04 15:00", "04 10:00"], "04 03:00", "04 10:00", False),
    ("04 03:00", ["04 15:00", "04 12:00"], "04 09:00", "04 12:00", True),
    # what began already sends nobody on a journey
    ("04 21:00", ["04 15:00"], "05 09:00", "05 11:00", True),
    ("04 21:00", ["04 15:00", "05 10:00"], "04 21:00", "05 10:00", False),
]


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize(("at", "starts", "due", "until", "keeps_quiet"), PLANS)
def test_a_change_by_the_clinic_lets_patients_sleep_unless_they_would_travel_in_vain(
    zone, at, starts, due, until, keeps_quiet
):
    plan = plan_news([wall(one, zone) for one in starts], zone, POLICY, at=wall(at, zone))

    assert (plan.due_at, plan.expires_at) == (wall(due, zone), wall(until, zone))
    assert plan.keeps_quiet_hours is keeps_quiet


# The clinic acts at 00:30 of the day the clocks change; the morning is one hour nearer or
# further, and two hours after it are two hours.
CHANGES = [
    ("America/New_York", "2026-03-08 05:30", "2026-03-08 13:00"),
    ("America/New_York", "2026-11-01 04:30", "2026-11-01 14:00"),
    ("Europe/London", "2026-03-29 00:30", "2026-03-29 08:00"),
    ("Europe/London", "2026-10-24 23:30", "2026-10-25 09:00"),
    ("Australia/Sydney", "2026-04-04 13:30", "2026-04-04 23:00"),
    ("Australia/Sydney", "2026-10-03 14:30", "2026-10-03 22:00"),
]


@pytest.mark.parametrize(("zone", "at", "opens"), CHANGES)
def test_in_the_night_the_clocks_change_the_morning_is_that_of_the_wall(zone, at, opens):
    at, opens = (datetime.fromisoformat(one + "Z") for one in (at, opens))
    in_time, too_soon = opens + timedelta(hours=2), opens + timedelta(hours=1, minutes=59)

    assert plan_news([in_time], ZoneInfo(zone), POLICY, at=at).due_at == opens
    assert plan_news([too_soon], ZoneInfo(zone), POLICY, at=at).due_at == at


@settings(deadline=None)
@given(
    passed=st.timedeltas(timedelta(0), timedelta(days=730)),
    ahead=st.lists(st.timedeltas(timedelta(days=-2), timedelta(days=9)), min_size=1, max_size=2),
    zone=st.sampled_from(ZONES),
)
def test_news_is_never_early_and_wakes_nobody_without_need(passed, ahead, zone):
    at = datetime(2026, 1, 1, tzinfo=UTC) + passed
    starts = [at + one for one in ahead]

    plan = plan_news(starts, zone, POLICY, at=at)

    assert at <= plan.due_at < plan.expires_at
    soonest = min((one for one in starts if one > at), default=None)
    if POLICY.quiet_hours.is_quiet(plan.due_at, zone):
        assert soonest is not None
        assert soonest - POLICY.quiet_hours.moved_later(at, zone) < POLICY.travel_time
    elif soonest is not None and plan.due_at > at:
        assert soonest - plan.due_at >= POLICY.travel_time


def wall(text, zone):
    """Read "04 03:00", a time of February 2026, on the clocks of a zone."""
    return datetime.strptime(f"2026 02 {text}", "%Y %m %d %H:%M").replace(tzinfo=zone)
