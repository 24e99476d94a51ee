"""The geometry of the charts."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.checkins.rules.scores import Item, Scores
from booking.checkins.rules.trend import SessionScores
from booking.web.staff.charts import POINT, TOP, charts_of

UTC_ZONE = ZoneInfo("UTC")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

scores = st.none() | st.builds(Scores, *[st.integers(0, 10)] * 3)
visits = st.lists(st.tuples(scores, scores), max_size=30)


def charts(*pairs):
    return charts_of(
        [
            SessionScores(NOON + timedelta(days=7 * number), before, after)
            for number, (before, after) in enumerate(pairs)
        ],
        UTC_ZONE,
    )


@pytest.mark.parametrize(("score", "y"), [(10, TOP), (5, TOP + 5 * POINT), (0, TOP + 10 * POINT)])
def test_worst_is_on_top_and_none_at_the_bottom(score, y):
    pain = charts((Scores(score, 0, 0), None))[0]

    assert pain.item is Item.PAIN
    assert pain.visits[0].before.y == y


def test_each_item_shows_its_own_numbers():
    marks = [chart.visits[0].after.score for chart in charts((None, Scores(1, 2, 3)))]

    assert marks == [1, 2, 3]


def test_the_day_is_the_one_of_the_place():
    late = datetime(2026, 3, 3, 3, tzinfo=UTC)

    [visit] = charts_of([SessionScores(late, None, None)], ZoneInfo("America/New_York"))[0].visits

    assert visit.label == "Mar 2"


def test_no_session_still_makes_a_drawing():
    assert charts()[0].visits == ()
    assert charts()[0].width > 0


@given(visits)
def test_every_answer_is_drawn_once_and_every_gap_counted(pairs):
    for chart in charts(*pairs):
        drawn = [mark for visit in chart.visits for mark in (visit.before, visit.after) if mark.y]
        given_answers = sum(before is not None for pair in pairs for before in pair)
        assert len(drawn) == given_answers == chart.answered
        assert chart.gaps == 2 * len(pairs) - given_answers


@given(visits)
def test_nothing_is_drawn_outside_the_drawing_or_on_top_of_another_session(pairs):
    for chart in charts(*pairs):
        places = [mark.x for visit in chart.visits for mark in (visit.before, visit.after)]
        assert places == sorted(places)
        assert len(set(places)) == len(places)
        assert all(5 < x < chart.width - 5 for x in places)
        heights = [m.y for v in chart.visits for m in (v.before, v.after) if m.y is not None]
        assert all(5 < y < chart.gap_y for y in heights)
        assert chart.gap_y < chart.date_y < chart.height
