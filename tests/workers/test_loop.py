"""The loop does without any broker what else a tick would do."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeout
from structlog.testing import capture_logs

from booking.conversations import inbound as replies
from booking.messaging.message import Kind
from booking.messaging.ports import CarrierRecord
from booking.safety.red_flags import Tier
from tests.build.cast import ALICE
from tests.build.settings import SENDER, settings_of
from workers import loop, marks


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_kind(request):
    return request.param


@pytest.fixture
def look(clinic, monkeypatch, tmp_path):
    """Let the loop of this clinic look for the first time, or for a later one."""
    settings = settings_of(clinic.url, data_dir=tmp_path)
    runtime = replace(clinic.runtime, settings=settings)
    monkeypatch.setattr(loop, "runtime", lambda: runtime)
    return lambda number=0: loop.look(number, threading.Event(), lambda _name, turn: turn())


def test_a_danger_that_a_webhook_kept_and_left_is_acted_on(clinic, look):
    clinic.booked(ALICE)
    inbound = replies.Inbound("SM" + "6" * 32, ALICE.phone, SENDER, "C. I have chest pain")
    with clinic.transaction() as session:
        replies.keep(session, inbound, now=clinic.now)
    clinic.clock.pass_(seconds=30)

    for number in range(1, loop.RECOVER_EVERY + 2):
        look(number)

    assert [one.tier for one in clinic.alerts()] == [Tier.RED]
    assert any("call 911 now" in one for one in clinic.sms.to(ALICE))
    assert clinic.kinds().count(Kind.EMERGENCY) == 1


def test_a_text_that_never_came_is_found_and_acted_on(clinic, look):
    sent_at = clinic.now - timedelta(minutes=3)
    clinic.sms.received = [
        CarrierRecord("SM" + number * 32, sender, "I have chest pain", "received", None, sent_at)
        for number, sender in (("8", ALICE.phone), ("9", "rcs:an-agent-with-a-long-name@example"))
    ]

    look(loop.MISSED_EVERY)
    look(loop.MISSED_EVERY + loop.RECOVER_EVERY)

    assert [one.tier for one in clinic.alerts()] == [Tier.RED, Tier.RED]
    assert {one.received_at for one in clinic.inbound()} == {sent_at}


def test_it_lives_on_where_no_connection_is_free(clinic, look, monkeypatch):
    stopping, looked = threading.Event(), []

    def full(*_, **__):
        looked.append(1)
        if len(looked) == 2:
            stopping.set()
        raise PoolTimeout

    monkeypatch.setattr(loop, "send_due", full)
    monkeypatch.setattr(loop, "LOOK_EVERY_S", 0.0)

    loop.run(stopping)

    assert len(looked) == 2


def test_sending_does_not_wait_for_a_carrier_that_is_slow_to_list(clinic, look, monkeypatch):
    stopping, listing, looked = threading.Event(), threading.Event(), []

    def slow(_runtime):
        listing.wait(20)

    def counted(*_, **__):
        looked.append(listing.is_set())
        if len(looked) == 3:
            listing.set()
            stopping.set()

    monkeypatch.setattr(loop, "look_for_missed", slow)
    monkeypatch.setattr(loop, "send_due", counted)
    monkeypatch.setattr(loop, "LOOK_EVERY_S", 0.0)

    loop.run(stopping)

    assert looked == [False, False, False]


@pytest.mark.parametrize(
    "broken", [OSError(28, "No space left"), ZeroDivisionError(), RecursionError()], ids=repr
)
@pytest.mark.parametrize("turn", ["send_due", "_recover", "act_on_waiting", "watch_over"])
def test_what_breaks_in_one_turn_keeps_nobody_from_the_others(look, monkeypatch, turn, broken):
    taken = []
    names = ("send_due", "_recover", "act_on_waiting", "ask_the_carrier", "watch_over")
    for name in names:
        monkeypatch.setattr(loop, name, lambda *_, name=name, **__: taken.append(name))

    def breaks(*_, **__):
        taken.append(turn)
        raise broken

    monkeypatch.setattr(loop, turn, breaks)
    monkeypatch.setattr(loop, "look_for_missed", lambda _runtime: None)

    with capture_logs() as lines:
        look(0)

    assert sorted(taken) == sorted(names)
    assert [one["event"] for one in lines] == ["a turn broke off"]


def test_a_turn_beside_that_breaks_is_told_and_taken_again(look):
    beside, told = loop.Beside(), []

    def breaks():
        told.append(1)
        raise ZeroDivisionError

    beside("ask", breaks)
    beside.close()
    beside = loop.Beside()
    beside("ask", breaks)
    beside.close()

    assert len(told) == 2


def test_a_mark_that_cannot_be_left_is_told_of_once_and_ends_nothing(tmp_path):
    (tmp_path / "no folder").touch()

    with capture_logs() as lines:
        for _ in range(3):
            marks.leave("a mark of this test", tmp_path / "no folder")

    assert [one["event"] for one in lines] == ["a mark cannot be left"]
