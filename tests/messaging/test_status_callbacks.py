"""What the carrier reports: in any order, more than once, early, late, and about others."""

from itertools import permutations

import pytest

from booking.kit.ids import new_id
from booking.messaging import sender_queries as senders
from booking.messaging import status_callbacks as receipts
from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import MessageState
from booking.messaging.models import Message, MessageEvent, Sender
from booking.messaging.ports import SendOutcome
from booking.messaging.reason import Reason
from tests.build.cast import ALICE, CARMEN, EMMA
from tests.build.reminder import WEDNESDAY, reminder_of


@pytest.fixture
def sent(clinic, reminded):
    """ALICE's first reminder, just accepted by the carrier."""
    clinic.send_due()
    return reminder_of(clinic, reminded)


def apply(clinic, **report):
    told = receipts.StatusReport(**{"error_code": None, **report})
    with clinic.unit_of_work() as uow:
        return receipts.apply_report(uow, told, clinic.runtime.subjects)


def resume(clinic):
    """Let the sender go on, as somebody does who has mended the set-up."""
    with clinic.transaction() as session:
        senders.resume(session, clinic.runtime.clinic.sender, clinic.now)


@pytest.mark.parametrize("order", [*permutations(["queued", "sent", "delivered"])])
def test_reports_in_any_order_end_with_delivered(clinic, sent, order):
    for status in order:
        assert clinic.report(sent, status)

    assert clinic.reload(sent).state is MessageState.DELIVERED


def test_every_report_is_kept_also_one_that_changes_nothing(clinic, sent):
    for status in ("delivered", "sent", "sent"):
        clinic.report(sent, status)

    assert clinic.history(sent).count("report") == 3


def test_a_report_given_twice_has_one_effect(clinic, sent):
    clinic.report(sent, "undelivered", 30003)
    clinic.report(sent, "undelivered", 30003)

    assert clinic.reload(sent).state is MessageState.UNDELIVERED
    assert len(clinic.messages(kind=Kind.REMINDER, to=ALICE.phone)) == 3


@pytest.mark.parametrize("last", ["delivered", "undelivered", "failed"])
def test_what_is_final_stays_so(clinic, sent, last):
    clinic.report(sent, last)
    was = clinic.reload(sent).state

    for status in ("queued", "sent", "delivered", "undelivered", "failed"):
        clinic.report(sent, status)

    assert clinic.reload(sent).state is was


def test_a_word_we_do_not_know_is_kept_and_changes_nothing(clinic, sent):
    assert clinic.report(sent, "teleported")

    assert clinic.reload(sent).state is MessageState.ACCEPTED


def test_a_report_settles_a_text_of_unknown_fate_and_brings_its_id(clinic, reminded):
    clinic.sms.answers_with(SendOutcome.UNKNOWN)
    clinic.send_due()
    unknown = reminder_of(clinic, reminded)

    clinic.report(unknown, "sent", sid="SM" + "b" * 32)

    found = clinic.reload(unknown)
    assert (found.state, found.provider_sid) == (MessageState.SENT, "SM" + "b" * 32)
    assert found.accepted_at == clinic.now


def test_a_carriers_id_belongs_to_one_message_for_ever(clinic, sent):
    clinic.booked(CARMEN, at=WEDNESDAY.replace("17:00", "19:00"))
    other = clinic.message(kind=Kind.CONFIRMATION, to=CARMEN.phone)

    apply(clinic, message_id=other.id, sid=sent.provider_sid, status="delivered")
    apply(clinic, message_id=sent.id, sid="SM" + "f" * 32, status="failed")

    assert clinic.reload(other).provider_sid is None
    assert clinic.reload(other).state is MessageState.PENDING
    assert clinic.reload(sent).state is MessageState.ACCEPTED
    assert "foreign_report" in clinic.history(sent)


def test_a_report_without_our_id_is_found_by_the_carriers(clinic, sent):
    assert clinic.report(sent, "delivered", by_id=False)

    assert clinic.reload(sent).state is MessageState.DELIVERED


def test_a_report_about_nothing_of_ours_is_told_apart(clinic, sent):
    before = len(clinic.all(MessageEvent))

    assert not apply(clinic, message_id=None, sid="SM" + "e" * 32, status="sent")
    assert not apply(clinic, message_id=new_id(), sid="SM" + "e" * 32, status="sent")

    assert len(clinic.all(MessageEvent)) == before


def test_a_text_that_did_not_arrive_goes_once_more_a_while_later(clinic, sent):
    clinic.report(sent, "undelivered", 30003)

    clinic.send_due()
    assert len(clinic.sms.sent) == 1
    clinic.clock.pass_(minutes=15)
    clinic.send_due()

    assert len(clinic.sms.sent) == 2
    again = clinic.messages(kind=Kind.REMINDER, to=ALICE.phone)[1]
    assert again.id != sent.id
    assert again.dedupe_key == f"reminder:sms:{sent.id}:again"
    clinic.report(again, "undelivered", 30003)
    clinic.clock.pass_(hours=1)
    clinic.send_due()
    assert len(clinic.sms.sent) == 2
    [mail] = clinic.messages(kind=Kind.REMINDER, channel=Channel.EMAIL)
    assert mail.state is MessageState.ACCEPTED, "what two texts could not tell, a mail does"


def test_a_number_that_turns_out_bad_is_mailed_instead(clinic, sent):
    clinic.report(sent, "undelivered", 30005)
    clinic.send_due()

    mail = clinic.message(kind=Kind.REMINDER, channel=Channel.EMAIL)
    assert mail.state is MessageState.ACCEPTED


def test_news_of_a_change_is_not_mailed_twice(clinic):
    clinic.booked(ALICE)
    clinic.send_due()
    text = clinic.message(kind=Kind.CONFIRMATION, channel=Channel.SMS)

    clinic.report(text, "undelivered", 30005)
    clinic.send_due()

    assert len(clinic.email.to(ALICE)) == 1


def test_what_comes_after_a_move_is_not_told_again_about_the_old_time(clinic, reminded):
    clinic.send_due()
    text = reminder_of(clinic, reminded)
    clinic.move(reminded, to="2026-03-13T17:00Z")

    clinic.report(text, "undelivered", 30005)

    assert clinic.messages(kind=Kind.REMINDER, channel=Channel.EMAIL) == []


@pytest.mark.parametrize("code", [30002, 30032, 30034])
def test_a_report_of_a_fault_of_ours_stops_the_sender_and_keeps_the_text_until_it_is_mended(
    clinic, sent, code
):
    clinic.report(sent, "undelivered", code)

    assert clinic.reload(sent).state is MessageState.UNDELIVERED
    assert clinic.all(Sender)[0].stopped_at == clinic.now
    clinic.text_from(ALICE, "HELP")
    clinic.send_due()
    assert len(clinic.sms.sent) == 1
    again = clinic.messages(kind=Kind.REMINDER, to=ALICE.phone)[1]
    assert again.dedupe_key == f"reminder:sms:{sent.id}:again"
    assert again.state is MessageState.PENDING

    resume(clinic)
    clinic.send_due()

    assert clinic.reload(again).state is MessageState.ACCEPTED
    assert clinic.reload(sent).state is MessageState.UNDELIVERED


def test_a_text_kept_for_a_fault_of_ours_is_kept_again_where_it_was_not_mended(clinic, sent):
    clinic.report(sent, "undelivered", 30034)
    resume(clinic)
    clinic.send_due()
    again = clinic.messages(kind=Kind.REMINDER, to=ALICE.phone)[1]

    clinic.report(again, "undelivered", 30034)
    clinic.send_due()
    assert len(clinic.sms.sent) == 2
    resume(clinic)
    clinic.send_due()

    assert len(clinic.sms.sent) == 3
    assert clinic.sms.sent[-1].message_id not in {sent.id, again.id}


def test_a_text_kept_for_a_fault_of_ours_is_looked_at_once_more_before_it_leaves(clinic, sent):
    clinic.report(sent, "undelivered", 30034)
    clinic.text_from(ALICE, "STOP")
    resume(clinic)

    clinic.send_due()

    reminders = [one for one in clinic.sms.sent if one.message_id != sent.id]
    assert {clinic.get(Message, one.message_id).kind for one in reminders} <= {Kind.OPTED_OUT}
    assert len(clinic.messages(kind=Kind.REMINDER, channel=Channel.EMAIL)) > 0


def test_a_report_on_a_text_that_waits_again_proves_that_it_was_taken(clinic, reminded):
    clinic.sms.answers_with(SendOutcome.NOT_PROCESSED)
    clinic.send_due()
    waiting = reminder_of(clinic, reminded)

    clinic.report(waiting, "sent", sid="SM" + "c" * 32)
    clinic.clock.set(waiting.next_attempt_at)
    clinic.send_due()

    assert clinic.reload(waiting).state is MessageState.SENT
    assert len(clinic.sms.sent) == 1


def test_a_report_on_a_cancelled_message_does_not_wake_it(clinic):
    booked = clinic.booked(EMMA)
    clinic.cancel(booked)
    cancelled = clinic.messages(state=MessageState.CANCELLED)[0]

    apply(clinic, message_id=cancelled.id, sid="SM" + "d" * 32, status="delivered")

    assert clinic.reload(cancelled).state is MessageState.CANCELLED


def test_a_text_that_arrives_no_longer_says_what_held_it_up_before(clinic, reminded):
    clinic.sms.answers_with(SendOutcome.NOT_PROCESSED, error_code=20429, reason="slow down")
    clinic.send_due()
    text = reminder_of(clinic, reminded)
    assert text.reason is Reason.OTHER_SIDE
    assert clinic.said_of(text) == "slow down"
    clinic.clock.pass_(minutes=5)
    clinic.sms.answers_with(SendOutcome.UNKNOWN)
    clinic.send_due()

    clinic.report(text, "delivered", sid="SM" + "4" * 32)

    text = clinic.reload(text)
    assert (text.state, text.error_code, text.reason) == (MessageState.DELIVERED, None, None)
