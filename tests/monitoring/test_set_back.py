"""The clock is set back: nothing waits until it is there again, and nothing goes twice."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from booking.messaging import reconciliation
from booking.messaging import send_results as outcomes
from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import MessageState
from booking.messaging.models import Sender
from booking.messaging.ports import CarrierRecord, SendOutcome
from booking.monitoring import heartbeat_queries as ticks
from booking.monitoring import set_back
from booking.monitoring.alarms import AlarmCode, alarms
from booking.monitoring.queries import claim_interval
from booking.web.staff.alarm_words import detail
from tests.build.cast import ALICE
from tests.build.reminder import claim, start

HOUR = timedelta(hours=1)


@pytest.fixture
def ahead(clinic):
    """A clinic whose clock is an hour ahead, and whose senders were seen by it."""
    clinic.right = clinic.now
    clinic.clock.pass_(hours=1)
    clinic.send_due()
    return clinic


def set_right(clinic, **since):
    """Set the clock back by its hour, some time later."""
    clinic.clock.set(clinic.now - HOUR)
    clinic.clock.pass_(**since)


def confirmation(clinic):
    return clinic.message(kind=Kind.CONFIRMATION, channel=Channel.SMS)


def ask(clinic, *records):
    """Ask the carrier as a worker does, and settle what is asked for."""
    with clinic.unit_of_work() as uow:
        found = reconciliation.due_for_lookup(uow)
    for suspect in found:
        with clinic.unit_of_work() as uow:
            reconciliation.apply_lookup(uow, suspect, records, clinic.runtime.subjects)
    return len(found)


def listed(clinic, text, created_at):
    return CarrierRecord("SM" + "a" * 32, text.to, text.body, "delivered", None, created_at)


def test_an_answer_written_by_the_wrong_clock_goes_at_once(ahead):
    ahead.booked(ALICE)
    set_right(ahead, seconds=5)

    ahead.send_due()

    assert confirmation(ahead).state is MessageState.ACCEPTED


def test_news_that_should_settle_first_settles_by_the_right_clock(ahead):
    booked = ahead.booked(ALICE)
    ahead.send_due()
    ahead.sms.sent.clear()
    ahead.move(booked, to=booked.starts_at + timedelta(days=1))
    set_right(ahead)
    ahead.send_due()
    assert ahead.sms.sent == []

    ahead.lets_it_settle()

    assert len(ahead.sms.to(ALICE)) == 1


def test_a_text_that_was_tried_goes_again_at_once(ahead):
    ahead.booked(ALICE)
    ahead.sms.answers_with(SendOutcome.NOT_PROCESSED)
    ahead.send_due()
    assert confirmation(ahead).state is MessageState.PENDING
    set_right(ahead, seconds=2)

    ahead.send_due()

    assert confirmation(ahead).state is MessageState.ACCEPTED


def test_a_reminder_for_a_day_to_come_keeps_its_time(ahead):
    booked = ahead.booked(ALICE)
    before = [one.next_attempt_at for one in ahead.messages(kind=Kind.REMINDER, about=booked)]
    set_right(ahead)

    ahead.send_due()

    after = [one.next_attempt_at for one in ahead.messages(kind=Kind.REMINDER, about=booked)]
    assert before == after
    assert before


def test_the_lease_of_a_sender_that_died_ends(ahead):
    ahead.booked(ALICE)
    assert claim(ahead, "dead")
    set_right(ahead, seconds=5)

    ahead.send_due()

    assert confirmation(ahead).state is MessageState.ACCEPTED
    assert len(ahead.sms.to(ALICE)) == 1


@pytest.mark.parametrize("how", ["its sender died", "nobody answered"])
@pytest.mark.parametrize("away", [{"seconds": 5}, {"minutes": 40}], ids=["at once", "later"])
def test_a_text_that_left_by_the_wrong_clock_is_found_and_never_goes_again(ahead, how, away):
    ahead.booked(ALICE)
    if how == "nobody answered":
        ahead.sms.answers_with(SendOutcome.UNKNOWN)
        ahead.send_due()
        [text] = ahead.sms.sent
    else:
        [text] = start(ahead, claim(ahead, "dead"), "dead").texts
        ahead.sms.sent.append(text)
    left_at = ahead.now - HOUR
    set_right(ahead, **away)

    ahead.send_due()
    assert confirmation(ahead).state is MessageState.UNKNOWN
    for _ in range(4):
        ahead.clock.pass_(seconds=61)
        ask(ahead, listed(ahead, text, left_at))
        ahead.send_due()
    ahead.clock.pass_(hours=2)
    ask(ahead, listed(ahead, text, left_at))
    ahead.send_due()

    assert confirmation(ahead).state is MessageState.DELIVERED
    assert len(ahead.sms.to(ALICE)) == 1


def test_a_text_that_was_never_taken_goes_within_minutes(ahead):
    ahead.booked(ALICE)
    ahead.sms.answers_with(SendOutcome.UNKNOWN)
    ahead.send_due()
    set_right(ahead)
    ahead.send_due()

    for _ in range(3):
        ahead.clock.pass_(seconds=61)
        ask(ahead)
        ahead.send_due()

    assert confirmation(ahead).state is MessageState.ACCEPTED


def test_an_empty_bucket_fills_again_and_a_long_pause_ends(ahead):
    ahead.booked(ALICE)
    with ahead.transaction() as session:
        session.execute(
            update(Sender).values(
                tokens=-3.0, refilled_at=ahead.now, paused_until=ahead.now + timedelta(minutes=5)
            )
        )
    set_right(ahead)

    for _ in range(10):
        ahead.send_due()
        ahead.clock.pass_(seconds=1)

    assert confirmation(ahead).state is MessageState.ACCEPTED


def test_a_pause_the_carrier_asked_for_is_kept(clinic):
    clinic.send_due()
    clinic.booked(ALICE)
    with clinic.transaction() as session:
        session.execute(update(Sender).values(paused_until=clinic.now + timedelta(minutes=10)))

    clinic.send_due()

    assert clinic.sms.sent == []


def test_a_small_difference_of_clocks_changes_nothing(clinic):
    clinic.booked(ALICE)
    claim(clinic, "ahead")
    with clinic.transaction() as session:
        ticks.mark(session, ticks.SENDING, clinic.now)
    clinic.clock.set(clinic.now - timedelta(seconds=59))

    with clinic.unit_of_work() as uow:
        assert not set_back.mend(uow)
        assert outcomes.release_expired_leases(uow) == 0


def test_it_is_mended_once_and_told_of_by_whoever_sends(ahead):
    set_right(ahead)
    with ahead.unit_of_work() as uow:
        assert set_back.mend(uow)
    with ahead.unit_of_work() as uow:
        assert not set_back.mend(uow)


def test_a_sender_of_the_wrong_clock_counts_as_none(ahead):
    set_right(ahead)

    def codes():
        with ahead.read_only() as uow:
            raised = alarms(uow)
        return [alarm.code for alarm in raised]

    assert AlarmCode.NO_SENDER in codes()
    ahead.send_due()
    assert AlarmCode.NO_SENDER not in codes()


def test_that_the_clock_was_set_back_is_told_until_it_is_there_again(ahead):
    before = ahead.now
    set_right(ahead)

    def told():
        with ahead.read_only() as uow:
            raised = alarms(uow)
        return {alarm.code: alarm for alarm in raised}.get(AlarmCode.CLOCK)

    assert detail(told()) == "60 minutes"
    since = ahead.now
    ahead.send_due()  # the senders' own sign of life is right from here on
    assert told().since == since
    ahead.clock.pass_(minutes=20)
    assert detail(told()) == "40 minutes"

    ahead.clock.set(before)
    assert told() is None


def test_a_clock_that_was_a_year_ahead_is_told_for_an_hour_and_not_for_a_year(clinic):
    clinic.clock.pass_(days=365)
    clinic.send_due()
    clinic.clock.set(clinic.now - timedelta(days=365))
    clinic.send_due()

    def codes():
        with clinic.read_only() as uow:
            raised = alarms(uow)
        return [alarm.code for alarm in raised]

    assert AlarmCode.CLOCK in codes()
    clinic.clock.pass_(hours=1)
    clinic.send_due()
    assert AlarmCode.CLOCK not in codes()


def test_whose_turn_it_was_by_the_wrong_clock_has_another(ahead):
    with ahead.transaction() as session:
        assert claim_interval(session, "a turn", ahead.now, HOUR)
    set_right(ahead)

    with ahead.transaction() as session:
        assert claim_interval(session, "a turn", ahead.now, HOUR)
        assert not claim_interval(session, "a turn", ahead.now, HOUR)
