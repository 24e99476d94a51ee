"""A worker shows that it turns, whether or not its broker answers."""

import threading

import pytest

from tests.build.programs import BEAT, WORKER, celery, environment_of, wait_until
from workers import marks, presence
from workers.presence import Presence

AWAY = "redis://127.0.0.1:9/3"


class Timer:
    """A worker's timer, which the test turns."""

    def __init__(self):
        self.calls = []

    def call_repeatedly(self, _every, called, args):
        self.calls.append((called, args))
        return self

    def cancel(self):
        self.calls.clear()

    def turn(self):
        for called, args in self.calls:
            called(*args)


class Consumer:
    """A worker's consumer."""

    def __init__(self):
        self.timer = Timer()
        self.steps = []


@pytest.fixture
def left(monkeypatch):
    seen = []
    monkeypatch.setattr(marks, "leave", seen.append)
    monkeypatch.setattr(presence, "EVERY_S", 0.01)
    monkeypatch.setattr(presence, "is_waiting", threading.Event())
    return seen


def test_connected_its_own_loop_leaves_the_mark_and_nobody_else(left):
    presence.watch_over_waiting()
    consumer = Consumer()
    part = Presence(consumer)

    part.start(consumer)
    # The thread may be in the middle of a turn.
    threading.Event().wait(0.05)
    left.clear()
    threading.Event().wait(0.05)
    assert left == []

    consumer.timer.turn()
    assert left == [marks.WORKER]

    part.stop(consumer)
    assert consumer.timer.calls == []
    assert wait_until(lambda: len(left) > 3)


@pytest.mark.parametrize(
    ("arguments", "mark"), [(WORKER, marks.WORKER), (BEAT, marks.BEAT)], ids=["worker", "beat"]
)
def test_a_process_whose_redis_was_never_there_is_well(clinic, tmp_path, arguments, mark):
    environment = environment_of(tmp_path, clinic.url, REDIS_URL=AWAY)

    with celery(arguments, environment, tmp_path / "log"):
        assert wait_until((tmp_path / mark).exists), (tmp_path / "log").read_text()
        (tmp_path / mark).unlink()
        assert wait_until((tmp_path / mark).exists), (tmp_path / "log").read_text()
