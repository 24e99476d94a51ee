from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.checkins.rules.scores import (
    Change,
    CheckInKind,
    CheckInPolicy,
    Item,
    ScoreOutOfRange,
    Scores,
    change,
    change_of,
    is_correction,
    is_open,
    plan_after,
    plan_baseline,
    plan_follow_up,
)

NEW_YORK = ZoneInfo("America/New_York")
DONE = datetime(2026, 5, 4, 19, 0, tzinfo=UTC)  # 15:00 in New York

points = st.integers(0, 10)
scores = st.builds(Scores, points, points, points)


@pytest.mark.parametrize("wrong", [-1, 11, 100, 4.5, "4", True, None])
@pytest.mark.parametrize("item", list(Item))
def test_a_score_is_a_whole_number_from_zero_to_ten(wrong, item):
    values = {"pain": 1, "tiredness": 2, "stiffness": 3, item.value: wrong}

    with pytest.raises(ScoreOutOfRange) as caught:
        Scores(**values)

    assert set(caught.value.fields) == {item.value}


def test_each_score_is_found_by_its_item():
    answer = Scores(4, 6, 3)

    assert [answer.of(item) for item in Item] == [4, 6, 3]


@pytest.mark.parametrize(
    ("difference", "expected"),
    [
        (-10, Change.BETTER),
        (-2, Change.BETTER),
        (-1.5, Change.SAME),
        (-1, Change.SAME),
        (0, Change.SAME),
        (0.5, Change.SAME),
        (1, Change.WORSE),
        (10, Change.WORSE),
    ],
)
def test_worse_is_noticed_sooner_than_better(difference, expected):
    assert change_of(difference) is expected


def test_each_item_is_compared_by_itself():
    changes = change(Scores(6, 5, 4), Scores(4, 6, 4))

    assert (changes.pain, changes.tiredness, changes.stiffness) == (
        Change.BETTER,
        Change.WORSE,
        Change.SAME,
    )
    assert changes.any_worse


@given(scores)
def test_the_same_scores_are_about_the_same(answer):
    changes = change(answer, answer)

    assert {changes.pain, changes.tiredness, changes.stiffness} == {Change.SAME}
    assert not changes.any_worse


def test_a_finished_session_plans_the_check_in_of_the_next_day():
    [planned] = plan_after(DONE, zone=NEW_YORK)

    assert planned.kind is CheckInKind.AFTER_24H
    assert planned.due_at == datetime(2026, 5, 5, 19, 0, tzinfo=UTC)
    assert planned.nudge_at == datetime(2026, 5, 6, 15, 0, tzinfo=UTC)
    assert planned.closes_at == datetime(2026, 5, 7, 19, 0, tzinfo=UTC)


def test_the_check_in_after_a_week_is_planned_only_where_wished():
    kinds = [planned.kind for planned in plan_after(DONE, zone=NEW_YORK, after_7d=True)]

    assert kinds == [CheckInKind.AFTER_24H, CheckInKind.AFTER_7D]


@pytest.mark.parametrize(
    ("hour", "due_at"),
    [
        (time(10), datetime(2026, 5, 5, 14, 0, tzinfo=UTC)),
        (time(15), datetime(2026, 5, 5, 19, 0, tzinfo=UTC)),
        (time(19, 30), datetime(2026, 5, 5, 23, 30, tzinfo=UTC)),
        (time(1), datetime(2026, 5, 6, 5, 0, tzinfo=UTC)),
    ],
)
def test_the_patients_hour_moves_a_check_in_to_its_nearest_occurrence(hour, due_at):
    [planned] = plan_after(DONE, zone=NEW_YORK, hour=hour)

    assert planned.due_at == due_at


@pytest.mark.parametrize(
    ("done_at", "due_at"),
    [
        # Clocks go forward on 8 March 2026 and back on 1 November 2026.
        (datetime(2026, 3, 7, 19, 0, tzinfo=UTC), datetime(2026, 3, 8, 18, 0, tzinfo=UTC)),
        (datetime(2026, 10, 31, 18, 0, tzinfo=UTC), datetime(2026, 11, 1, 19, 0, tzinfo=UTC)),
    ],
)
def test_the_patients_hour_is_kept_when_clocks_change(done_at, due_at):
    [planned] = plan_after(done_at, zone=NEW_YORK, hour=time(14))

    assert planned.due_at == due_at


@given(
    st.timedeltas(timedelta(0), timedelta(days=700)).map(lambda later: DONE + later),
    st.times(),
    st.sampled_from(["America/New_York", "Europe/London", "Australia/Sydney", "UTC"]),
)
def test_the_chosen_hour_never_moves_a_check_in_by_more_than_half_a_day(done_at, hour, zone):
    [planned] = plan_after(done_at, zone=ZoneInfo(zone), hour=hour)

    # An hour more on days when the clocks change.
    assert abs(planned.due_at - (done_at + timedelta(hours=24))) <= timedelta(hours=13)


def test_three_days_later_is_asked_only_after_a_worse_answer():
    before = Scores(4, 4, 4)

    worse = plan_follow_up(DONE, change(before, Scores(4, 5, 4)), zone=NEW_YORK)
    better = plan_follow_up(DONE, change(before, Scores(1, 4, 4)), zone=NEW_YORK)

    assert worse is not None
    assert worse.kind is CheckInKind.AFTER_72H
    assert worse.due_at == DONE + timedelta(hours=72)
    assert better is None


def test_the_baseline_is_asked_before_the_session_and_closes_with_its_start():
    planned = plan_baseline(datetime(2026, 5, 4, 18, 0, tzinfo=UTC))

    assert planned.kind is CheckInKind.BASELINE
    assert planned.due_at == datetime(2026, 5, 4, 15, 0, tzinfo=UTC)
    assert planned.nudge_at is None
    assert planned.closes_at == datetime(2026, 5, 4, 18, 0, tzinfo=UTC)


def test_an_answer_counts_from_the_question_until_the_window_closes():
    [planned] = plan_after(DONE, zone=NEW_YORK)

    assert not is_open(planned, planned.due_at - timedelta(seconds=1))
    assert is_open(planned, planned.due_at)
    assert is_open(planned, planned.closes_at - timedelta(seconds=1))
    assert not is_open(planned, planned.closes_at)


def test_a_second_answer_within_the_hour_is_a_correction():
    assert is_correction(DONE, DONE)
    assert is_correction(DONE, DONE + timedelta(minutes=60))
    assert not is_correction(DONE, DONE + timedelta(minutes=60, seconds=1))
    assert not is_correction(DONE, DONE - timedelta(seconds=1))


def test_a_clinic_may_choose_its_own_times():
    policy = CheckInPolicy(
        nudge_after=timedelta(hours=10),
        window=timedelta(hours=24),
        delays={CheckInKind.AFTER_24H: timedelta(hours=30)},
    )

    [planned] = plan_after(DONE, policy, zone=NEW_YORK)

    assert planned.due_at == DONE + timedelta(hours=30)
    assert planned.nudge_at == DONE + timedelta(hours=40)
    assert planned.closes_at == DONE + timedelta(hours=54)
