"""Where sessions stand in the grid."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.desk.calendar import Day
from booking.kit.intervals import Interval
from booking.scheduling.models import Appointment
from booking.scheduling.states import State
from booking.therapists.models import Block
from booking.web.staff.calendar_grid import grid_of

LONDON = ZoneInfo("Europe/London")
DAY = date(2026, 1, 14)
NIGHT_BEFORE = datetime(2026, 1, 13, 22, tzinfo=UTC)


def at(hour, minute=0):
    return datetime(2026, 1, 14, hour, minute, tzinfo=UTC)


def session(start, end, state=State.BOOKED):
    return Appointment(starts_at=start, ends_at=end, state=state)


def column(*things, open_=((9, 17),), now=NIGHT_BEFORE):
    day = Day(
        day=DAY,
        appointments=[thing for thing in things if isinstance(thing, Appointment)],
        open=[Interval(at(start), at(end)) for start, end in open_],
        blocks=[thing for thing in things if isinstance(thing, Block)],
    )
    grid = grid_of([day], LONDON, now=now)
    return grid, grid.columns[0]


def test_a_quarter_of_an_hour_is_one_row():
    _grid, shown = column(session(at(9), at(9, 15)), session(at(10, 30), at(12)))

    assert [(e.at, e.rows) for e in shown.entries] == [(1, 1), (7, 6)]


def test_a_start_between_quarters_begins_in_its_quarter_and_covers_its_end():
    _grid, shown = column(session(at(9, 10), at(9, 50)))

    assert [(e.at, e.rows) for e in shown.entries] == [(1, 4)]


def test_the_grid_reaches_as_far_as_the_earliest_and_the_latest_of_hours_and_sessions():
    grid, _shown = column(session(at(7, 30), at(8, 30)), open_=((10, 20),))

    assert (grid.hours[0].label, grid.hours[-1].label) == ("7 am", "7 pm")


def test_two_at_once_stand_side_by_side_and_the_next_one_fills_the_first_lane():
    _grid, shown = column(
        session(at(9), at(10), State.MISSED),
        session(at(9, 30), at(10, 30)),
        session(at(10), at(11)),
    )

    assert [entry.lane for entry in shown.entries] == [1, 2, 1]
    assert shown.lanes == 2


def test_cancelled_sessions_take_no_place():
    _grid, shown = column(session(at(9), at(10), State.CANCELLED))

    assert shown.entries == []
    assert len(shown.cancelled) == 1


def test_a_block_of_several_days_fills_the_part_of_this_day_that_is_drawn():
    block = Block(starts_at=at(9) - timedelta(days=1), ends_at=at(9) + timedelta(days=1))

    _grid, shown = column(block)

    assert [(e.at, e.rows) for e in shown.entries] == [(1, 32)]


def test_a_session_past_midnight_ends_with_its_day():
    _grid, shown = column(session(at(23), at(23) + timedelta(hours=2)))

    assert [(e.at, e.rows) for e in shown.entries] == [(57, 4)]


def test_an_hour_stays_an_hour_high_where_clocks_go_back_in_it():
    start = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 1:30 for the first time
    day = Day(date(2026, 10, 25), [session(start, start + timedelta(hours=1))], [], [])

    grid = grid_of([day], LONDON, now=NIGHT_BEFORE)

    assert [(e.at, e.rows) for e in grid.columns[0].entries] == [(3, 4)]


def test_the_line_of_this_moment_is_drawn_today_and_within_the_hours_only():
    assert column(now=at(10, 20))[1].now_at == 6
    assert column(now=at(20))[1].now_at is None
    assert column(now=at(10) + timedelta(days=1))[1].now_at is None
    assert column(now=at(20))[1].is_today
