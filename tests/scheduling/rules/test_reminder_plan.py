from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.clinic.policy import ReminderPolicy
from booking.kit.errors import InvalidInput
from booking.scheduling.rules.reminder_plan import plan_reminders

NEW_YORK = ZoneInfo("America/New_York")
LONDON = ZoneInfo("Europe/London")
SYDNEY = ZoneInfo("Australia/Sydney")

HOUR = timedelta(hours=1)
POLICY = ReminderPolicy()


def utc(text):
    return datetime.fromisoformat(text + "Z")


def planned(starts_at, zone=NEW_YORK, *, now="2026-01-01 00:00", policy=POLICY, two_hours=False):
    return list(
        plan_reminders(utc(starts_at), zone, policy, now=utc(now), with_optional_lead=two_hours)
    )


def due(*args, **kwargs):
    return [f"{reminder.due_at:%Y-%m-%d %H:%M}" for reminder in planned(*args, **kwargs)]


def test_a_session_gets_a_reminder_three_days_and_one_day_before():
    reminders = planned("2026-06-10 18:00")

    assert [(r.lead, r.due_at) for r in reminders] == [
        (72 * HOUR, utc("2026-06-07 18:00")),
        (24 * HOUR, utc("2026-06-09 18:00")),
    ]


def test_the_two_hour_reminder_comes_only_to_those_who_asked():
    assert due("2026-06-10 18:00", two_hours=True) == [
        "2026-06-07 18:00",
        "2026-06-09 18:00",
        "2026-06-10 16:00",
    ]


@pytest.mark.parametrize(
    ("zone", "starts_at", "expected"),
    [
        # 15:00 on the wall that Sunday; an hour off on the wall before it, and not quiet
        (NEW_YORK, "2026-03-08 19:00", ["2026-03-05 19:00", "2026-03-07 19:00"]),
        (NEW_YORK, "2026-11-01 20:00", ["2026-10-29 20:00", "2026-10-31 20:00"]),
        (LONDON, "2027-03-28 14:00", ["2027-03-25 14:00", "2027-03-27 14:00"]),
        (LONDON, "2027-10-31 15:00", ["2027-10-28 15:00", "2027-10-30 15:00"]),
        (SYDNEY, "2026-04-05 05:00", ["2026-04-02 05:00", "2026-04-04 05:00"]),
        (SYDNEY, "2027-10-03 04:00", ["2027-09-30 04:00", "2027-10-02 04:00"]),
    ],
)
def test_leads_are_elapsed_hours_also_across_a_change_of_clocks(zone, starts_at, expected):
    assert due(starts_at, zone) == expected


def test_each_reminder_expires_when_the_next_is_due_and_the_last_at_the_last_call():
    first, second, third = planned("2026-06-10 18:00", two_hours=True)

    assert first.expires_at == second.due_at
    assert second.expires_at == third.due_at
    assert third.expires_at == utc("2026-06-10 17:30")


def test_a_two_hour_reminder_moved_to_the_evening_before_takes_the_place_of_that_mornings():
    reminders = planned("2026-06-10 13:30", two_hours=True)  # 9:30; 7:30 is quiet

    assert [(r.lead, r.due_at) for r in reminders] == [
        (72 * HOUR, utc("2026-06-07 13:30")),
        (2 * HOUR, utc("2026-06-09 23:30")),
    ]
    assert reminders[0].expires_at == utc("2026-06-09 23:30")
    assert reminders[1].expires_at == utc("2026-06-10 13:00")


def test_a_reminder_wanted_by_day_never_goes_a_day_early_to_make_room_for_a_nearer_one():
    policy = ReminderPolicy(leads=(19 * HOUR, HOUR))

    # 4:00 in London: 3:00 is quiet and goes the evening before, which 9:00 of that day gives way to
    assert due("2026-01-01 04:00", LONDON, now="2025-12-20 00:00", policy=policy) == [
        "2025-12-31 19:30"
    ]


def test_a_very_early_session_keeps_two_evenings():
    # 8:00: the 2 h text has the day before, so that of the day before goes an evening earlier
    assert due("2026-06-10 12:00", two_hours=True) == [
        "2026-06-07 13:00",
        "2026-06-08 23:30",
        "2026-06-09 23:30",
    ]


def test_of_two_reminders_moved_onto_one_instant_the_shorter_lead_stays():
    policy = ReminderPolicy(leads=(12 * HOUR, 3 * HOUR))

    reminders = planned("2026-06-10 12:00", policy=policy)  # 20:00 and 5:00 are quiet

    assert [(r.lead, r.due_at) for r in reminders] == [(3 * HOUR, utc("2026-06-09 23:30"))]


def test_two_reminders_of_one_day_both_stay_where_the_clinic_wanted_them():
    policy = ReminderPolicy(leads=(6 * HOUR, 2 * HOUR))

    assert due("2026-06-10 22:00", policy=policy) == ["2026-06-10 16:00", "2026-06-10 20:00"]


def test_a_booking_inside_the_lead_gets_only_what_is_still_ahead():
    assert due("2026-06-10 18:00", now="2026-06-08 10:00") == ["2026-06-09 18:00"]
    assert due("2026-06-10 18:00", now="2026-06-10 10:00") == []
    assert due("2026-06-10 18:00", now="2026-06-10 10:00", two_hours=True) == ["2026-06-10 16:00"]


def test_a_reminder_due_at_this_very_instant_is_no_longer_planned():
    assert due("2026-06-10 18:00", now="2026-06-09 18:00") == []


def test_a_clinic_without_leads_plans_nothing():
    assert due("2026-06-10 18:00", policy=ReminderPolicy(leads=())) == []


def test_equal_leads_count_once():
    policy = ReminderPolicy(leads=(24 * HOUR, 24 * HOUR))

    assert due("2026-06-10 18:00", policy=policy) == ["2026-06-09 18:00"]


def test_a_lead_shorter_than_the_last_call_is_refused():
    with pytest.raises(InvalidInput):
        ReminderPolicy(leads=(timedelta(minutes=30),))


FIRST = datetime(2026, 1, 1, tzinfo=UTC)
instants = st.timedeltas(timedelta(0), timedelta(days=730)).map(lambda passed: FIRST + passed)
policies = st.builds(
    lambda hours: ReminderPolicy(leads=tuple(hour * HOUR for hour in hours)),
    st.lists(st.integers(1, 200), max_size=5),
)


@settings(deadline=None, max_examples=300)
@given(
    starts_at=instants,
    ahead=st.timedeltas(timedelta(0), timedelta(days=10)),
    zone=st.sampled_from([NEW_YORK, LONDON, SYDNEY, ZoneInfo("Asia/Kathmandu")]),
    policy=policies,
    two_hours=st.booleans(),
)
def test_no_reminder_is_quiet_past_late_or_on_top_of_the_next(
    starts_at, ahead, zone, policy, two_hours
):
    now = starts_at - ahead

    reminders = list(plan_reminders(starts_at, zone, policy, now=now, with_optional_lead=two_hours))

    for reminder in reminders:
        assert not policy.quiet_hours.is_quiet(reminder.due_at, zone)
        assert now < reminder.due_at < reminder.expires_at < starts_at
    for one, next_one in pairwise(reminders):
        assert one.lead > next_one.lead
        assert one.expires_at == next_one.due_at


@settings(deadline=None, max_examples=300)
@given(
    starts_at=instants,
    ahead=st.timedeltas(timedelta(0), timedelta(days=10)),
    zone=st.sampled_from([NEW_YORK, LONDON, SYDNEY, ZoneInfo("Asia/Kathmandu")]),
    policy=policies,
    two_hours=st.booleans(),
)
def test_a_reminder_is_absent_only_where_no_time_is_left_for_it(
    starts_at, ahead, zone, policy, two_hours
):
    now = starts_at - ahead
    leads = {*policy.leads, policy.optional_lead} if two_hours else set(policy.leads)

    planned = {
        one.lead: one
        for one in plan_reminders(starts_at, zone, policy, now=now, with_optional_lead=two_hours)
    }

    for lead in (one for one in leads if one not in planned and starts_at - one > now):
        shorter = [planned[one] for one in sorted(planned) if one < lead]
        taken = shorter[-1].due_at if shorter else None
        expires_at = taken or starts_at - policy.latest_useful
        assert not [
            at
            for at in its_own_times(now, starts_at - lead, expires_at, zone)
            if is_allowed(at, zone)
            and (taken is None or at.astimezone(zone).date() != taken.astimezone(zone).date())
        ]


def its_own_times(now, wanted, expires_at, zone):
    """Every time a reminder may go at: the one it is wanted at, or those around a quiet one."""
    if not POLICY.quiet_hours.is_quiet(wanted, zone):
        return [wanted] if now < wanted < expires_at else []
    return every_quarter(now, wanted, expires_at)


def every_quarter(now, wanted, expires_at):
    """Every quarter of an hour in which a reminder may go: from the evening before it on."""
    first = max(now, wanted - 14 * HOUR)
    at = first.replace(minute=first.minute // 15 * 15, second=0, microsecond=0)
    while (at := at + HOUR / 4) < expires_at:
        if at > now:
            yield at


def is_allowed(at, zone):
    """Whether a text may be planned: in the texting hours, and not in their last half hour."""
    return time(9) <= at.astimezone(zone).time() <= time(19, 30)
