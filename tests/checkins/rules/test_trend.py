from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.checkins.rules.scores import Change, Item, Scores
from booking.checkins.rules.trend import SessionScores, build_trend
from booking.web.staff.trend_words import caption

FIRST = datetime(2026, 1, 5, 15, 0, tzinfo=UTC)


def session(week, before=None, after=None):
    return SessionScores(FIRST + timedelta(weeks=week), before, after)


def pair(week, difference):
    return session(week, Scores(5, 5, 5), Scores(5 + difference, 5, 5))


def test_sessions_stand_in_order_of_time_with_their_gaps():
    late, gap, early = pair(3, -1), session(2), session(1, Scores(4, 4, 4), None)

    trend = build_trend([late, gap, early])

    assert trend.sessions == (early, gap, late)
    assert (len(trend.sessions), trend.answered, trend.pairs) == (3, 2, 1)
    assert [point.is_pair for point in trend.sessions] == [False, False, True]


def test_without_sessions_nothing_is_claimed():
    trend = build_trend([])

    assert trend.sessions == ()
    assert all(t.median is None and t.label is None for t in trend.items.values())
    assert caption(trend) == "No sessions yet."


@pytest.mark.parametrize("pairs", [1, 2, 3])
def test_no_change_is_named_below_four_pairs(pairs):
    trend = build_trend([pair(week, -4) for week in range(pairs)])

    assert trend.items[Item.PAIN].median == -4
    assert trend.items[Item.PAIN].label is None
    assert f"{4 - pairs} more" in caption(trend)


@pytest.mark.parametrize(
    ("differences", "median", "label"),
    [
        ([-2, -2, -2, -2], -2, Change.BETTER),
        ([-1, -2, -1, -2], -1.5, Change.SAME),
        ([-5, 0, 0, 0], 0, Change.SAME),
        ([0, 1, 0, 1], 0.5, Change.SAME),
        ([1, 1, 1, 1], 1, Change.WORSE),
        ([5, 5, 5, -3, -3, -2, -3], -3, Change.BETTER),
        ([-5, -5, -5, -5, 1, 2, 1, 3], 1.5, Change.WORSE),
    ],
)
def test_the_median_looks_at_the_last_four_pairs(differences, median, label):
    trend = build_trend([pair(week, value) for week, value in enumerate(differences)])

    assert trend.items[Item.PAIN].median == median
    assert trend.items[Item.PAIN].label is label
    assert trend.items[Item.TIREDNESS].label is Change.SAME


def test_a_gap_neither_counts_as_a_pair_nor_pushes_one_out():
    sessions = [
        pair(0, -2),
        session(1),
        pair(2, -2),
        session(3, None, Scores(9, 9, 9)),
        pair(4, -2),
    ]

    without = build_trend(sessions)
    with_fourth = build_trend([*sessions, pair(5, -2)])

    assert without.items[Item.PAIN].label is None
    assert with_fourth.items[Item.PAIN].label is Change.BETTER


def test_each_item_has_its_own_trend():
    sessions = [session(week, Scores(6, 3, 5), Scores(3, 5, 5)) for week in range(4)]

    items = build_trend(sessions).items

    assert [items[item].label for item in Item] == [Change.BETTER, Change.WORSE, Change.SAME]


@pytest.mark.parametrize("phrase", ["come and go", "book when they feel", "cannot show", "2 of 3"])
def test_the_caption_says_what_the_numbers_cannot(phrase):
    said = caption(build_trend([pair(0, -1), pair(1, -1), session(2)]))

    assert phrase in said


def test_the_caption_counts_one_session_in_the_singular():
    assert "1 of 1 session answered" in caption(build_trend([pair(0, 0)]))


scores = st.none() | st.builds(Scores, *[st.integers(0, 10)] * 3)
histories = st.lists(st.builds(session, st.integers(0, 500), scores, scores), max_size=12)


@given(histories)
def test_no_point_is_lost_and_every_median_is_a_possible_change(sessions):
    trend = build_trend(sessions)

    assert sorted(p.at for p in trend.sessions) == sorted(s.at for s in sessions)
    for item in trend.items.values():
        assert (item.median is None) == (trend.pairs == 0)
        assert item.median is None or -10 <= item.median <= 10
        assert (item.label is None) == (trend.pairs < 4)
