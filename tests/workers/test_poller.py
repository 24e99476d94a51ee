"""The poller does without any broker what else a tick would do."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeout
from structlog.testing import capture_logs

from booking.conversations import inbound as replies
from booking.messaging.kinds import Kind
from booking.messaging.ports import CarrierRecord
from booking.safety.rules.red_flags import Tier
from booking.scheduling.states import State
from tests.build.cast import ALICE
from tests.build.settings import SENDER, settings_of
from workers import marks, poller
from workers.jobs import JOBS
from workers.timetable import Timetable


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_kind(request):
    return request.param


@pytest.fixture
def of_clinic(clinic, monkeypatch, tmp_path):
    """A poller of this clinic."""
    settings = settings_of(clinic.url, data_dir=tmp_path)
    runtime = replace(clinic.runtime, settings=settings)
    monkeypatch.setattr(poller, "runtime", lambda: runtime)


@pytest.fixture
def look(of_clinic, monkeypatch):
    """Let it look for the first time, or so many seconds after the last time."""
    clock, timetable = [1_000.0], Timetable()
    monkeypatch.setattr(poller.time, "monotonic", lambda: clock[0])

    def looks(jobs=JOBS, *, after=0.0):
        clock[0] += after
        poller.look(timetable, threading.Event(), lambda _name, turn: turn(), jobs)

    return looks


def only(name, run):
    """Return the jobs, due at each look; one does what the test says, the others do nothing."""
    idle = {job.name: lambda *_: 0 for job in JOBS} | {name: run}
    return [replace(job, run=idle[job.name], every=timedelta(0)) for job in JOBS]


def test_a_danger_that_a_webhook_kept_and_left_is_acted_on(clinic, look):
    look()
    clinic.booked(ALICE)
    inbound = replies.Inbound("SM" + "6" * 32, ALICE.phone, SENDER, "C. I have chest pain")
    with clinic.unit_of_work() as uow:
        replies.store_inbound(uow, inbound)
    clinic.clock.pass_(seconds=30)

    for _ in range(6):
        look(after=1.0)

    assert [one.tier for one in clinic.alerts()] == [Tier.RED]
    assert any("call 911 now" in one for one in clinic.sms.to(ALICE))
    assert clinic.kinds().count(Kind.EMERGENCY) == 1


def test_a_text_that_never_came_is_found_and_acted_on(clinic, look):
    look()
    sent_at = clinic.now - timedelta(minutes=3)
    clinic.sms.received = [
        CarrierRecord("SM" + number * 32, sender, "I have chest pain", "received", None, sent_at)
        for number, sender in (("8", ALICE.phone), ("9", "rcs:an-agent-with-a-long-name@example"))
    ]

    look(after=300.0)
    look(after=5.0)

    assert [one.tier for one in clinic.alerts()] == [Tier.RED, Tier.RED]
    assert {one.received_at for one in clinic.inbound()} == {sent_at}


def test_a_hold_whose_time_is_over_ends_without_a_broker(clinic, look):
    look()
    hold = clinic.held()
    clinic.clock.set(hold.hold_expires_at + timedelta(seconds=1))

    look(after=30.0)

    assert clinic.state(hold) is State.CANCELLED


def test_each_job_is_done_at_once_and_then_by_the_clock_however_long_the_looks_take(look):
    done = []
    jobs = [replace(job, run=lambda *_, name=job.name: done.append(name)) for job in JOBS]

    for _ in range(200):
        look(jobs, after=3.0)

    seconds = {job.name: job.every.total_seconds() for job in JOBS}
    assert {name: done.count(name) for name in seconds} == {
        name: 1 + int(597.0 // max(3.0, every)) for name, every in seconds.items()
    }


def test_it_lives_on_where_no_connection_is_free(of_clinic):
    stopping, looked = threading.Event(), []

    def full(*_, **__):
        looked.append(1)
        if len(looked) == 2:
            stopping.set()
        raise PoolTimeout

    poller.run(stopping, only("send due messages", full))

    assert len(looked) == 2


def test_sending_does_not_wait_for_a_carrier_that_is_slow_to_list(of_clinic):
    stopping, listing, looked = threading.Event(), threading.Event(), []

    def slow(*_):
        listing.wait(20)

    def counted(*_, **__):
        looked.append(listing.is_set())
        if len(looked) == 3:
            listing.set()
            stopping.set()

    jobs = only("send due messages", counted)
    poller.run(
        stopping,
        [replace(job, run=slow) if job.name == "look for missed texts" else job for job in jobs],
    )

    assert looked == [False, False, False]


@pytest.mark.parametrize(
    "broken", [OSError(28, "No space left"), ZeroDivisionError(), RecursionError()], ids=repr
)
@pytest.mark.parametrize("turn", [job.name for job in JOBS if not job.beside])
def test_what_breaks_in_one_turn_keeps_nobody_from_the_others(look, turn, broken):
    taken = []

    def runs(name):
        def run(*_):
            taken.append(name)
            if name == turn:
                raise broken

        return run

    with capture_logs() as lines:
        look([replace(job, run=runs(job.name)) for job in JOBS])

    assert sorted(taken) == sorted(job.name for job in JOBS)
    assert [one["event"] for one in lines] == ["a job broke off"]


def test_a_turn_beside_that_breaks_is_told_and_taken_again():
    beside, told = poller.BackgroundRunner(), []

    def breaks():
        told.append(1)
        raise ZeroDivisionError

    beside("ask", breaks)
    beside.close()
    beside = poller.BackgroundRunner()
    beside("ask", breaks)
    beside.close()

    assert len(told) == 2


def test_a_mark_that_cannot_be_left_is_told_of_once_and_ends_nothing(tmp_path):
    (tmp_path / "no folder").touch()

    with capture_logs() as lines:
        for _ in range(3):
            marks.leave("a mark of this test", tmp_path / "no folder")

    assert [one["event"] for one in lines] == ["a mark cannot be left"]
