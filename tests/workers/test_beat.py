"""Beat ticks by a clock that nobody sets, and needs no disk for it."""

import pytest
from celery import Celery

from workers import beat, marks
from workers.beat import SteadyScheduler

SCHEDULE = {
    "often": {"task": "often", "schedule": 1.0},
    "rarely": {"task": "rarely", "schedule": 300.0},
}


class Counting(SteadyScheduler):
    """A schedule that keeps what it gave, and whose broker may be away."""

    producer = None

    def apply_entry(self, entry, producer=None):
        self.app.given.append(entry.task)


@pytest.fixture
def now(monkeypatch, tmp_path):
    """A clock that only goes where the test says."""
    at = [1_000.0]
    monkeypatch.setattr(beat.time, "monotonic", lambda: at[0])
    monkeypatch.setattr(marks, "_data_dir", lambda: tmp_path)
    return at


@pytest.fixture
def scheduler(now):
    app = Celery("beat of a test", set_as_current=False)
    app.conf.beat_schedule = SCHEDULE
    app.given = []
    return Counting(app)


def test_every_tick_comes_at_once_and_then_each_interval(scheduler, now):
    assert scheduler.tick() == pytest.approx(1.0)
    assert sorted(scheduler.app.given) == ["often", "rarely"]

    for _ in range(3):
        now[0] += 1.0
        scheduler.tick()

    assert scheduler.app.given[2:] == ["often", "often", "often"]


def test_between_ticks_it_only_waits(scheduler, now):
    scheduler.tick()
    now[0] += 0.4

    assert scheduler.tick() == pytest.approx(0.6)
    assert sorted(scheduler.app.given) == ["often", "rarely"]


def test_after_a_standstill_one_tick_does_the_work_of_all(scheduler, now):
    scheduler.tick()
    now[0] += 100.0

    scheduler.tick()
    scheduler.tick()

    assert scheduler.app.given.count("often") == 2


def test_a_tick_a_little_late_does_not_put_off_those_after_it(scheduler, now):
    scheduler.tick()
    now[0] += 1.3

    assert scheduler.tick() == pytest.approx(0.7)


def test_it_shows_that_it_turns_and_keeps_nothing_else(scheduler, tmp_path):
    scheduler.tick()
    scheduler.sync()
    scheduler.close()

    assert [path.name for path in tmp_path.iterdir()] == [marks.BEAT]


@pytest.mark.parametrize("wall", [-3_600.0, 3_600.0], ids=["back", "forward"])
def test_a_wall_clock_that_is_set_changes_nothing(scheduler, now, monkeypatch, wall):
    scheduler.tick()
    for entry in scheduler.schedule.values():
        shifted = entry.default_now().timestamp() + wall
        monkeypatch.setattr(entry.schedule, "nowfun", lambda at=shifted: at, raising=False)
    now[0] += 1.0

    assert 0 < scheduler.tick() <= 1.0
    assert scheduler.app.given.count("often") == 2
