"""Beat without a broker tries a tick a second, for as long as it takes."""

import logging
import traceback

import pytest
from celery import Celery
from celery.beat import ScheduleEntry, Scheduler

from workers.beat_logging import drop_tracebacks


class WithoutBroker(Scheduler):
    """A schedule whose ticks nobody takes."""

    def apply_async(self, entry, producer=None, advance=True, **_):
        raise ConnectionError(f"{entry.name}: connection refused")


@pytest.fixture
def beat():
    drop_tracebacks()
    yield WithoutBroker(Celery("beat without a broker", set_as_current=False), lazy=True)
    for one in list(logging.getLogger("celery.beat").filters):
        logging.getLogger("celery.beat").removeFilter(one)


def test_a_tick_that_nobody_takes_is_one_short_line(beat, caplog):
    beat.apply_entry(ScheduleEntry(name="send what is due", task="send_due", app=beat.app))

    (line,) = [one for one in caplog.records if one.name == "celery.beat"]
    assert line.getMessage() == "Message Error: send what is due: connection refused"
    assert line.exc_info is None


def test_other_errors_keep_their_stack(beat, caplog):
    try:
        raise ValueError("something else")
    except ValueError:
        logging.getLogger("celery.beat").exception("beat broke")

    (line,) = caplog.records
    assert "something else" in "".join(traceback.format_exception(*line.exc_info))
