"""One run of a sender: batch after batch, the urgent first, until nothing is due."""

from datetime import timedelta

import pytest

from booking.messaging import sender_queries as senders
from booking.messaging.delivery import BATCH
from booking.messaging.kinds import Channel, Kind, Lane, lane_of
from booking.messaging.message import MessageState
from booking.messaging.outbox import NewMessage, queue
from booking.messaging.ports import SendOutcome
from booking.monitoring import heartbeat_queries as ticks
from tests.build.cast import ALICE, EMMA, NEW_YORK
from workers.sending import LONGEST_RUN, send_due

MANY = 2 * BATCH + 7


def write(clinic, kind, count=1, *, first=0, channel=Channel.SMS):
    """Write messages that are due now, each to a number or address of its own."""
    with clinic.unit_of_work() as uow:
        for number in range(first, first + count):
            recipient = f"+1212555{number:04d}"
            if channel is Channel.EMAIL:
                recipient = f"demo-{number}@example.org"
            draft = NewMessage(
                kind=kind,
                channel=channel,
                recipient=recipient,
                language="en",
                zone=NEW_YORK,
                due_at=clinic.now,
                expires_at=clinic.now + timedelta(hours=2),
                subject=f"{kind}-{number}",
            )
            assert queue(uow, draft)


def states(clinic):
    return {one.state for one in clinic.messages()}


def test_a_run_goes_on_batch_after_batch_until_nothing_is_due(clinic):
    write(clinic, Kind.NEUTRAL_ANSWER, MANY)

    assert clinic.send_due() == MANY

    assert clinic.sms.calls >= 3
    assert len({text.to for text in clinic.sms.sent}) == len(clinic.sms.sent) == MANY
    assert states(clinic) == {MessageState.ACCEPTED}


def test_a_second_run_finds_nothing_to_do(clinic):
    write(clinic, Kind.NEUTRAL_ANSWER, 3)
    clinic.send_due("sender-1")

    assert clinic.send_due("sender-2") == 0

    assert len(clinic.sms.sent) == 3


def test_lanes_leave_in_their_order_however_they_were_written(clinic):
    kinds = [Kind.NEUTRAL_ANSWER, Kind.EMERGENCY, Kind.HELP, Kind.CRISIS]
    for number, kind in enumerate(kinds):
        write(clinic, kind, first=number)

    clinic.send_due()

    left = [next(kind for kind in kinds if _is(text, kind)) for text in clinic.sms.sent]
    assert [lane_of(kind) for kind in left] == sorted(lane_of(kind) for kind in kinds)
    assert {lane_of(kind) for kind in left[:2]} == {Lane.SAFETY}


def test_a_danger_reported_in_the_middle_of_a_burst_is_answered_in_the_next_batch(clinic):
    write(clinic, Kind.NEUTRAL_ANSWER, MANY)

    def meanwhile(_results):
        clinic.sms.meanwhile = None
        write(clinic, Kind.EMERGENCY, first=9_000)

    clinic.sms.meanwhile = meanwhile
    clinic.send_due()

    place = next(i for i, text in enumerate(clinic.sms.sent) if text.to == "+12125559000")
    assert 0 < place <= BATCH


def test_a_burst_of_texts_does_not_hold_up_the_mails(clinic):
    write(clinic, Kind.NEUTRAL_ANSWER, MANY)
    write(clinic, Kind.ON_CALL_ALERT, channel=Channel.EMAIL)

    def meanwhile(_results):
        clinic.sms.meanwhile = None
        assert len(clinic.sms.sent) <= BATCH

    clinic.sms.meanwhile = meanwhile
    clinic.send_due()

    assert len(clinic.email.sent) == 1


def test_a_stopped_sender_keeps_its_texts_and_lets_the_mails_go(clinic):
    with clinic.transaction() as session:
        senders.stop(session, clinic.runtime.clinic.sender, 20003, clinic.now)
    clinic.booked(ALICE)

    clinic.send_due()

    assert clinic.sms.sent == []
    assert len(clinic.email.to(ALICE)) == 1
    (text,) = clinic.messages(kind=Kind.CONFIRMATION, channel=Channel.SMS)
    assert text.state is MessageState.PENDING


def test_a_carrier_that_asks_for_patience_does_not_keep_a_run_spinning(clinic):
    write(clinic, Kind.NEUTRAL_ANSWER, 3)
    clinic.sms.answers_with(
        SendOutcome.NOT_PROCESSED, times=9, error_code=20429, retry_after_s=60.0
    )

    clinic.send_due()

    assert clinic.sms.calls == 1
    assert states(clinic) == {MessageState.PENDING}
    waiting = clinic.messages()
    assert min(one.next_attempt_at for one in waiting) >= clinic.now + timedelta(seconds=50)


def test_a_run_ends_in_time_for_the_next_tick_however_much_is_due(clinic):
    write(clinic, Kind.NEUTRAL_ANSWER, 3 * BATCH)
    began = clinic.now
    clinic.sms.meanwhile = lambda _results: clinic.clock.pass_(seconds=LONGEST_RUN.seconds)

    clinic.send_due()

    assert clinic.sms.calls == 1
    assert clinic.now - began <= LONGEST_RUN + timedelta(seconds=1)
    clinic.sms.meanwhile = None
    clinic.send_due()
    assert states(clinic) == {MessageState.ACCEPTED}


def test_a_sender_that_is_told_to_stop_finishes_its_batch_and_claims_no_more(clinic):
    write(clinic, Kind.NEUTRAL_ANSWER, MANY)

    send_due(clinic.runtime, "sender-1", should_stop=lambda: bool(clinic.sms.sent))

    assert 0 < len(clinic.sms.sent) <= BATCH
    assert states(clinic) == {MessageState.ACCEPTED, MessageState.PENDING}


def test_a_slow_mail_server_does_not_keep_a_sender_from_stopping_in_time(clinic):
    write(clinic, Kind.ON_CALL_ALERT, MANY, channel=Channel.EMAIL)
    began = clinic.now
    clinic.email.meanwhile = lambda results: clinic.clock.pass_(seconds=2 * len(results))

    send_due(clinic.runtime, "sender-1", should_stop=lambda: bool(clinic.email.sent))

    assert clinic.email.sent
    assert clinic.now - began < timedelta(seconds=30)


def test_nothing_stays_claimed_after_a_run(clinic):
    clinic.booked(ALICE)
    clinic.booked(EMMA, at="2026-03-06T14:00Z")

    clinic.send_due()

    assert all(one.lease_owner is None and one.lease_until is None for one in clinic.messages())


def test_a_run_is_seen_also_when_there_was_nothing_to_do(clinic):
    clinic.send_due()

    with clinic.reading() as session:
        assert ticks.last(session, ticks.SENDING) == clinic.now


@pytest.mark.parametrize(
    "outcome", [SendOutcome.REFUSED, SendOutcome.UNKNOWN, SendOutcome.NOT_PROCESSED]
)
def test_one_text_that_goes_wrong_takes_no_other_with_it(clinic, outcome):
    write(clinic, Kind.NEUTRAL_ANSWER, 5)
    clinic.sms.answers_with(outcome)

    clinic.send_due()

    accepted = [one for one in clinic.messages() if one.state is MessageState.ACCEPTED]
    assert len(accepted) == 4


def _is(text, kind):
    marks = {
        Kind.NEUTRAL_ANSWER: "A person reads",
        Kind.EMERGENCY: "emergency room",
        Kind.HELP: "booking texts",
        Kind.CRISIS: "You matter",
    }
    return marks[kind] in text.body
