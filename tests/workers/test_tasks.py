"""Each task calls one service and may run twice: the second time changes nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError

from booking.conversations import inbound as replies
from booking.messaging import delivery
from booking.messaging.inbound_models import InboundMessage
from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import MessageState
from booking.messaging.models import MessageEvent, OptOut
from booking.messaging.ports import CarrierRecord
from booking.safety.rules.red_flags import Tier
from booking.scheduling.models import Appointment
from booking.scheduling.states import State
from tests.build.cast import ALICE
from tests.build.settings import SENDER
from workers import runtime, tasks
from workers.tasks import run_job


@pytest.fixture
def worker(clinic, monkeypatch):
    """The tasks of a worker process of this clinic."""
    monkeypatch.setattr(tasks, "runtime", lambda: clinic.runtime)
    return clinic


def everything(clinic):
    """All that a task could have changed."""
    kept = [*clinic.messages(), *clinic.all(Appointment), *clinic.all(InboundMessage)]
    columns = [[column.key for column in inspect(one).mapper.column_attrs] for one in kept]
    rows = [[getattr(one, key) for key in keys] for one, keys in zip(kept, columns, strict=True)]
    return rows, len(clinic.all(MessageEvent)), len(clinic.all(OptOut))


def test_sending_twice_sends_once(worker):
    worker.booked(ALICE)

    assert run_job("send due messages") == 2
    after_one = everything(worker)
    assert run_job("send due messages") == 0

    assert everything(worker) == after_one
    assert len(worker.sms.to(ALICE)) == len(worker.email.to(ALICE)) == 1


def test_a_worker_that_was_told_to_stop_takes_on_nothing(worker, monkeypatch):
    worker.booked(ALICE)
    monkeypatch.setattr(tasks, "is_stopping", lambda: True)

    assert run_job("send due messages") == run_job("ask the carrier") == 0

    assert {one.state for one in worker.messages()} == {MessageState.PENDING}


def test_a_hold_ends_once_its_time_is_over_and_only_once(worker):
    hold = worker.held()
    assert run_job("end lapsed holds") == 0
    worker.clock.set(hold.hold_expires_at + timedelta(seconds=1))

    assert run_job("end lapsed holds") == 1
    after_one = everything(worker)
    assert run_job("end lapsed holds") == 0

    assert worker.state(hold) is State.CANCELLED
    assert everything(worker) == after_one


def test_what_a_dead_sender_claimed_is_taken_back_once(worker):
    worker.booked(ALICE)
    claimant = delivery.Worker("a sender that died", timedelta(minutes=1))
    with worker.unit_of_work() as uow:
        claimed = delivery.claim_texts(uow, claimant, rate=100.0).ids
    assert run_job("release expired leases") == 0, "a lease that runs is respected"
    worker.clock.pass_(minutes=2)

    assert run_job("release expired leases") == len(claimed) == 1
    after_one = everything(worker)
    assert run_job("release expired leases") == 0

    assert everything(worker) == after_one
    assert run_job("send due messages") > 0
    assert len(worker.sms.to(ALICE)) == 1


def test_a_text_that_a_webhook_kept_and_left_is_acted_on_once(worker):
    worker.booked(ALICE)
    inbound = replies.Inbound("SM" + "5" * 32, ALICE.phone, SENDER, "STOP")
    with worker.unit_of_work() as uow:
        replies.store_inbound(uow, inbound)
    assert run_job("handle waiting texts") == 0, "the webhook has a moment to finish itself"
    worker.clock.pass_(seconds=30)

    assert run_job("handle waiting texts") == 1
    after_one = everything(worker)
    assert run_job("handle waiting texts") == 0

    assert everything(worker) == after_one
    (confirmation,) = worker.messages(kind=Kind.OPTED_OUT, channel=Channel.SMS)
    assert confirmation.state is MessageState.PENDING


@pytest.fixture
def listed(worker):
    """Two texts that the carrier has and no webhook brought, and when each was sent."""
    worker.booked(ALICE)
    worker.clock.pass_(minutes=30)
    records = [
        CarrierRecord(f"SM{number:032}", sender, body, "received", None, worker.now - ago)
        for number, sender, body, ago in (
            (2, ALICE.phone, "I have chest pain", timedelta(minutes=20)),
            (1, "rcs:an-agent-with-a-long-name@example", "hello", timedelta(minutes=10)),
        )
    ]
    records[0] = replace(records[0], media_count=2)
    worker.sms.received = records
    return {one.sid: one.created_at for one in records}


def test_texts_that_never_came_are_kept_with_their_own_time_and_acted_on_once(worker, listed):
    assert run_job("look for missed texts") == 2
    assert run_job("look for missed texts") == 0
    assert {one.sid: one.received_at for one in worker.inbound()} == listed
    assert [one.media_count for one in worker.inbound()] == [2, 0]

    assert run_job("handle waiting texts") == 2
    after_one = everything(worker)
    assert run_job("look for missed texts") == run_job("handle waiting texts") == 0

    assert everything(worker) == after_one
    assert [one.tier for one in worker.alerts()] == [Tier.RED]


def test_what_a_webhook_brought_is_not_kept_a_second_time(worker, listed):
    worker.text_from(ALICE, "I have chest pain", sid=f"SM{2:032}")

    assert run_job("look for missed texts") == 1

    assert len(worker.inbound()) == 2
    assert len(worker.alerts()) == 1


def test_a_text_that_is_listed_twice_is_kept_once(worker, listed):
    worker.sms.received *= 2

    assert run_job("look for missed texts") == 2


def test_while_the_carrier_is_out_of_reach_nothing_is_lost(worker, listed):
    worker.sms.away = True
    assert run_job("look for missed texts") == 0
    assert worker.inbound() == []
    worker.sms.away = False
    worker.clock.pass_(minutes=90)

    assert run_job("look for missed texts") == 2


def test_the_whole_list_is_kept_in_one_transaction(worker, listed, monkeypatch):
    begun = []
    real = type(worker.runtime.database).transaction
    monkeypatch.setattr(
        type(worker.runtime.database), "transaction", lambda self: begun.append(1) or real(self)
    )

    run_job("look for missed texts")

    assert begun == [1]


def test_a_text_that_breaks_something_keeps_nobody_waiting_and_ends_with_a_person(
    worker, listed, monkeypatch
):
    real = replies.process

    def breaks(uow, sid, subjects):
        if sid == f"SM{2:032}":
            raise RuntimeError
        return real(uow, sid, subjects)

    monkeypatch.setattr(replies, "process", breaks)
    run_job("look for missed texts")

    assert [run_job("handle waiting texts") for _ in range(5)] == [1, 0, 0, 0, 0]

    assert [one.tier for one in worker.alerts()] == [Tier.RED], "the danger was not kept waiting"
    assert [one.needs_person for one in worker.inbound()] == [True, True]


def test_a_database_that_is_away_ends_the_turn(worker, listed, monkeypatch):
    def away(*_, **__):
        raise OperationalError("SELECT", {}, Exception("away"))

    run_job("look for missed texts")
    monkeypatch.setattr(replies, "process", away)

    with pytest.raises(OperationalError):
        run_job("handle waiting texts")


def test_a_worker_signs_its_leases_with_its_machine_and_process():
    assert runtime.owner() == runtime.owner()
    assert runtime.owner().rpartition(":")[2].isdigit()
