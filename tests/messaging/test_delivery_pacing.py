"""What leaves first and how fast: lanes, the nearest deadline, the sender's rate in segments."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from booking.messaging import batch_queries as batches
from booking.messaging import delivery, transitions
from booking.messaging import send_results as outcomes
from booking.messaging.kinds import Channel, Kind, Lane
from booking.messaging.message import MessageState
from booking.messaging.models import Sender
from booking.messaging.outbox import NewMessage, queue
from booking.messaging.rules.sms_segments import segments
from booking.messaging.transitions import Lease
from tests.build.cast import NEW_YORK

WEEK = timedelta(days=7)


def write(clinic, count=1, *, kind=Kind.STAFF_ANSWER, first=0, keeps=WEEK, words="See you."):
    """Write texts that are due now, each to a number of its own."""
    with clinic.unit_of_work() as uow:
        for number in range(first, first + count):
            draft = NewMessage(
                kind=kind,
                channel=Channel.SMS,
                recipient=f"+1212555{number:04d}",
                language="en",
                zone=NEW_YORK,
                due_at=clinic.now,
                expires_at=clinic.now + keeps,
                subject=f"{kind}-{number}",
                body=words if kind is Kind.STAFF_ANSWER else None,
            )
            assert queue(uow, draft)


def claim(clinic, limit=delivery.BATCH, rate=100.0):
    claimant = delivery.Worker("sender-1", timedelta(minutes=1), limit)
    with clinic.unit_of_work() as uow:
        return delivery.claim_texts(uow, claimant, rate=rate).ids


def leave(clinic, rate):
    """Take one turn of a sender at a rate, and record it; returns the texts that left."""
    ids, runtime = claim(clinic, rate=rate), clinic.runtime
    with clinic.unit_of_work() as uow:
        outgoing = delivery.begin_sending(
            uow, ids, "sender-1", subjects=runtime.subjects, texts=runtime.texts
        )
    with clinic.unit_of_work() as uow:
        outcomes.apply_results(uow, clinic.sms.send(outgoing.texts), runtime.subjects)
    return outgoing.texts


def left_in(clinic, seconds, rate):
    """How many texts leave in each of so many seconds, with four turns a second."""
    per_second = []
    for _ in range(seconds):
        per_second.append(0)
        for _ in range(4):
            per_second[-1] += len(leave(clinic, rate))
            clinic.clock.pass_(seconds=0.25)
    return per_second


def test_of_one_lane_the_nearest_deadline_is_claimed_first(clinic):
    write(clinic, kind=Kind.REMINDER, first=1, keeps=timedelta(hours=9))
    write(clinic, kind=Kind.REMINDER, first=2, keeps=timedelta(hours=3))
    write(clinic, kind=Kind.REMINDER, first=3, keeps=timedelta(hours=6))

    order = [claim(clinic, limit=1)[0] for _ in range(3)]

    to = {one.id: one.recipient for one in clinic.messages()}
    assert [to[one] for one in order] == ["+12125550002", "+12125550003", "+12125550001"]


def test_texts_of_two_segments_leave_half_as_fast(clinic):
    words = "word " * 40
    assert segments(words.strip()) == 2
    write(clinic, 60, words=words.strip())

    per_second = left_in(clinic, 6, rate=10.0)

    # After the brim of the first second, ten segments a second are five such texts.
    assert sum(per_second[1:]) == pytest.approx(25, abs=5)


def test_a_slow_sender_lets_no_more_leave_than_its_rate_and_the_brim(clinic):
    write(clinic, 60)

    per_second = left_in(clinic, 10, rate=2.0)

    assert 18 <= sum(per_second) <= 2 * 10 + 2
    assert max(per_second[1:]) <= 3


def test_what_is_paid_for_texts_that_stay_is_given_back(clinic):
    write(clinic, 4)
    write(clinic, 1, first=90, words=None)  # nothing was written: its words cannot be made
    ids, runtime = claim(clinic, rate=10.0), clinic.runtime
    assert len(ids) == 5

    with clinic.unit_of_work() as uow:
        delivery.begin_sending(uow, ids, "sender-1", subjects=runtime.subjects, texts=runtime.texts)

    [sender] = clinic.all(Sender)
    assert sender.tokens == pytest.approx(10.0 - 4)


def test_a_safety_text_goes_in_the_next_batch_though_a_thousand_reminders_are_due(clinic):
    write(clinic, 1_000, kind=Kind.REMINDER, keeps=timedelta(hours=2))
    first = claim(clinic, rate=1_000.0)
    write(clinic, kind=Kind.EMERGENCY, first=9_000, keeps=timedelta(days=1))

    second = claim(clinic, rate=1_000.0)

    assert len(first) == delivery.BATCH
    [safety] = second
    assert clinic.message(kind=Kind.EMERGENCY).id == safety


def test_a_claim_reads_the_index_of_what_is_pending_and_not_the_table(clinic, database_kind):
    write(clinic, 300)
    asked = []

    def listen(_connection, _cursor, statement, parameters, _context, _many):
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    with clinic.unit_of_work() as uow:
        connection = uow.session.connection()
        event.listen(connection, "before_cursor_execute", listen)
        batches.lanes_due(uow.session, Channel.SMS, clinic.now)
        lease = Lease("sender-1", clinic.now + timedelta(minutes=1))
        transitions.claim(uow, Channel.SMS, Lane.ANSWERS, lease, limit=10)
        event.remove(connection, "before_cursor_execute", listen)
        explain = "EXPLAIN " if database_kind == "postgresql" else "EXPLAIN QUERY PLAN "
        if database_kind == "postgresql":
            # So few rows are read faster as a whole; what matters is that the index may serve.
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_generic_plan")
        plans = [
            str(connection.exec_driver_sql(explain + statement, parameters).all())
            for statement, parameters in asked
        ]

    assert len(plans) == 2
    # As a parameter it would serve only until the driver prepares the statement.
    assert all("'pending'" in statement for statement, _ in asked)
    for plan in plans:
        assert "ix_message_pending" in plan
        assert "Seq Scan on message" not in plan
        assert "SCAN message" not in plan.replace("SCAN message USING INDEX ix_message_pending", "")


def test_the_carrier_is_told_the_true_time_that_is_left(clinic):
    write(clinic, first=1, keeps=timedelta(seconds=42, milliseconds=900))
    write(clinic, first=2, keeps=timedelta(hours=11))

    clinic.send_due()

    told = {one.to: one.valid_for_s for one in clinic.sms.sent}
    assert told == {"+12125550001": 42, "+12125550002": 36_000}


def test_a_text_with_no_time_left_for_the_carrier_expires_unless_it_may_save_somebody(clinic):
    write(clinic, first=1, keeps=timedelta(seconds=4.9))
    write(clinic, first=2, keeps=timedelta(seconds=5))
    write(clinic, kind=Kind.EMERGENCY, first=3, keeps=timedelta(seconds=0.5))

    clinic.send_due()

    assert {one.to: one.valid_for_s for one in clinic.sms.sent} == {
        "+12125550002": 5,
        "+12125550003": 1,
    }
    assert clinic.message(to="+12125550001").state is MessageState.EXPIRED
