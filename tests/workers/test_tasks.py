"""Each task calls one service and may run twice: the second time changes nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import inspect

from booking.domain.appointment import State
from booking.domain.message import Kind, MessageState
from booking.domain.redflags import Tier
from booking.models import Appointment, InboundMessage, MessageEvent, OptOut
from booking.services import delivery, replies
from tests.build.cast import ALICE
from tests.build.settings import SENDER
from workers import conversations, holds, messages, runtime


@pytest.fixture
def worker(clinic, monkeypatch):
    """The tasks of a worker process of this clinic."""
    for module in (messages, holds, conversations):
        monkeypatch.setattr(module, "runtime", lambda: clinic.runtime)
    return clinic


def everything(clinic):
    """All that a task could have changed."""
    kept = [*clinic.messages(), *clinic.all(Appointment), *clinic.all(InboundMessage)]
    columns = [[column.key for column in inspect(one).mapper.column_attrs] for one in kept]
    rows = [[getattr(one, key) for key in keys] for one, keys in zip(kept, columns, strict=True)]
    return rows, len(clinic.all(MessageEvent)), len(clinic.all(OptOut))


def test_sending_twice_sends_once(worker):
    worker.booked(ALICE)

    assert messages.send_due() == 2
    after_one = everything(worker)
    assert messages.send_due() == 0

    assert everything(worker) == after_one
    assert len(worker.sms.to(ALICE)) == len(worker.email.to(ALICE)) == 1


def test_a_worker_that_was_told_to_stop_takes_on_nothing(worker, monkeypatch):
    worker.booked(ALICE)
    monkeypatch.setattr(messages, "is_stopping", lambda: True)

    assert messages.send_due() == messages.reconcile() == 0

    assert {one.state for one in worker.messages()} == {MessageState.PENDING}


def test_a_hold_ends_once_its_time_is_over_and_only_once(worker):
    hold = worker.held()
    assert holds.end_lapsed() == 0
    worker.clock.set(hold.hold_expires_at + timedelta(seconds=1))

    assert holds.end_lapsed() == 1
    after_one = everything(worker)
    assert holds.end_lapsed() == 0

    assert worker.state(hold) is State.CANCELLED
    assert everything(worker) == after_one


def test_what_a_dead_sender_claimed_is_taken_back_once(worker):
    worker.booked(ALICE)
    claimant = delivery.Claimant("a sender that died", timedelta(minutes=1))
    with worker.transaction() as session:
        claimed = delivery.claim_texts(
            session, claimant, sender=SENDER, rate=100.0, now=worker.now
        ).ids
    assert messages.recover() == 0, "a lease that runs is respected"
    worker.clock.pass_(minutes=2)

    assert messages.recover() == len(claimed) == 1
    after_one = everything(worker)
    assert messages.recover() == 0

    assert everything(worker) == after_one
    assert messages.send_due() > 0
    assert len(worker.sms.to(ALICE)) == 1


def test_a_text_that_a_webhook_kept_and_left_is_acted_on_once(worker):
    worker.booked(ALICE)
    inbound = replies.Inbound("SM" + "5" * 32, ALICE.phone, SENDER, "STOP")
    with worker.transaction() as session:
        replies.keep(session, inbound, now=worker.now)
    assert conversations.handle_waiting() == 0, "the webhook has a moment to finish itself"
    worker.clock.pass_(seconds=30)

    assert conversations.handle_waiting() == 1
    after_one = everything(worker)
    assert conversations.handle_waiting() == 0

    assert everything(worker) == after_one
    (confirmation,) = worker.messages(kind=Kind.OPTED_OUT)
    assert confirmation.state is MessageState.PENDING


def test_a_danger_is_raised_though_the_rest_of_its_text_breaks(worker, monkeypatch):
    worker.booked(ALICE)
    inbound = replies.Inbound("SM" + "6" * 32, ALICE.phone, SENDER, "C. I have chest pain")
    with worker.transaction() as session:
        replies.keep(session, inbound, now=worker.now)
    worker.clock.pass_(seconds=30)

    def breaks(*_, **__):
        raise RuntimeError

    monkeypatch.setattr(conversations.replies, "handle", breaks)
    with pytest.raises(RuntimeError):
        conversations.handle_waiting()

    assert [one.tier for one in worker.alerts()] == [Tier.RED]


def test_a_worker_signs_its_leases_with_its_machine_and_process():
    assert runtime.owner() == runtime.owner()
    assert runtime.owner().rpartition(":")[2].isdigit()
