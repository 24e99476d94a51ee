"""What staff does to messages by hand."""

import pytest

from booking.audit.models import AuditEvent
from booking.desk import message_actions as by_hand
from booking.kit.errors import InvalidTransition, NotFound
from booking.messaging import sender_queries as senders
from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import MessageState
from booking.messaging.models import Sender
from booking.messaging.ports import SendOutcome
from tests.build.cast import ALICE, CARMEN, CORA, DANA, THEO
from tests.refusals import refused

ACTOR = f"user:{CORA.id}"


def again(clinic, message, therapist=None):
    with clinic.unit_of_work(clinic.staff(therapist)) as uow:
        return by_hand.resend(uow, message.id)


def call_off(clinic, message, therapist=None):
    with clinic.unit_of_work(clinic.staff(therapist)) as uow:
        return by_hand.cancel_message(uow, message.id)


def failed_confirmation(clinic, code=30005):
    """A confirmation that the carrier refused."""
    booked = clinic.booked(ALICE)
    clinic.sms.answers_with(SendOutcome.REFUSED, error_code=code)
    clinic.send_due()
    tried = clinic.messages(kind=Kind.CONFIRMATION, about=booked, channel=Channel.SMS)
    return booked, tried[0]


def test_a_failed_text_goes_again_as_a_row_of_its_own_and_the_old_row_stays_as_it_was(clinic):
    _, failed = failed_confirmation(clinic)

    new = again(clinic, failed)
    clinic.send_due()

    assert new.id != failed.id
    assert clinic.reload(new).state is MessageState.ACCEPTED
    assert clinic.reload(failed).state is MessageState.FAILED
    assert clinic.reload(failed).final_at == failed.final_at
    assert clinic.history(failed)[-1] == "sent_again_by_hand"
    assert len(clinic.sms.to(ALICE)) == 2


def test_a_message_goes_again_once_however_often_the_button_is_pressed(clinic):
    _, failed = failed_confirmation(clinic)
    new = again(clinic, failed)

    with refused(InvalidTransition, "already"):
        again(clinic, failed)

    assert new.state is MessageState.PENDING


def test_a_text_that_is_tried_again_by_itself_is_not_tried_a_second_time_by_hand(clinic):
    _, failed = failed_confirmation(clinic, code=30003)

    with refused(InvalidTransition, "already"):
        again(clinic, failed)


@pytest.mark.parametrize("code", [21617, 30004, 30007])
def test_a_text_refused_for_its_words_never_goes_again_and_it_is_said_why(clinic, code):
    _, failed = failed_confirmation(clinic, code=code)

    with clinic.read_only() as uow:
        assert not by_hand.may_send_again(uow, failed)
    with refused(InvalidTransition, "for its words"):
        again(clinic, failed)

    clinic.send_due()
    assert len(clinic.sms.to(ALICE)) == 1


def test_news_that_came_too_late_to_leave_goes_again_while_the_session_stands(clinic):
    booked = clinic.booked(ALICE)
    clinic.clock.pass_(hours=5)
    clinic.send_due()
    expired = clinic.message(kind=Kind.CONFIRMATION, about=booked, channel=Channel.SMS)
    assert expired.state is MessageState.EXPIRED

    new = again(clinic, expired)
    clinic.send_due()

    assert clinic.reload(new).state is MessageState.ACCEPTED


def test_nothing_goes_again_about_a_session_that_moved_or_was_cancelled(clinic):
    booked, failed = failed_confirmation(clinic)
    clinic.move(booked, "2026-03-06T15:00Z")

    with pytest.raises(InvalidTransition):
        again(clinic, failed)


def test_a_message_that_arrived_does_not_go_again(clinic):
    booked = clinic.booked(ALICE)
    clinic.send_due()
    sent = clinic.message(kind=Kind.CONFIRMATION, about=booked, channel=Channel.SMS)
    clinic.report(sent, "delivered")

    with pytest.raises(InvalidTransition):
        again(clinic, sent)


def test_a_phone_that_has_stopped_us_gets_nothing_by_hand_either(clinic):
    _, failed = failed_confirmation(clinic)
    clinic.text_from(ALICE, "STOP")

    new = again(clinic, failed)
    clinic.send_due()

    assert clinic.reload(new).state is MessageState.SUPPRESSED


def test_a_message_that_waits_is_called_off_and_never_leaves(clinic):
    booked = clinic.booked(ALICE)
    [reminder, *_] = clinic.messages(kind=Kind.REMINDER, about=booked)

    call_off(clinic, reminder)
    clinic.send_all("2026-03-05T13:00Z")

    assert clinic.reload(reminder).state is MessageState.CANCELLED
    assert clinic.reload(reminder).send_started_at is None
    assert clinic.history(reminder) == ["cancelled"]


def test_a_message_that_has_begun_to_leave_cannot_be_called_off(clinic):
    booked = clinic.booked(ALICE)
    clinic.send_due()
    sent = clinic.message(kind=Kind.CONFIRMATION, about=booked, channel=Channel.SMS)

    with pytest.raises(InvalidTransition):
        call_off(clinic, sent)

    assert clinic.reload(sent).state is MessageState.ACCEPTED


def test_a_text_called_off_while_a_sender_has_it_does_not_leave(clinic):
    booked = clinic.booked(CARMEN)
    waiting = clinic.message(kind=Kind.CONFIRMATION, about=booked, channel=Channel.SMS)
    # The text goes first: while the carrier has the batch, the mail behind it is called off.
    mail = clinic.message(kind=Kind.CONFIRMATION, about=booked, channel=Channel.EMAIL)
    clinic.sms.meanwhile = lambda _results: call_off(clinic, mail)

    clinic.send_due()

    assert clinic.reload(waiting).state is MessageState.ACCEPTED
    assert clinic.reload(mail).state is MessageState.CANCELLED
    assert clinic.email.sent == []


def test_a_therapist_handles_the_messages_of_her_own_sessions_only(clinic):
    booked = clinic.booked(ALICE, with_=DANA)
    [reminder, *_] = clinic.messages(kind=Kind.REMINDER, about=booked)

    with pytest.raises(NotFound):
        call_off(clinic, reminder, THEO)
    with pytest.raises(NotFound):
        again(clinic, reminder, THEO)
    call_off(clinic, reminder, DANA)

    assert clinic.reload(reminder).state is MessageState.CANCELLED


def test_a_stopped_sender_goes_on_by_hand_and_sends_what_waited(clinic):
    _, waiting = failed_confirmation(clinic, code=20003)
    assert waiting.state is MessageState.PENDING

    with clinic.unit_of_work(clinic.staff()) as uow:
        by_hand.resume_sender(uow)
    clinic.send_due()

    with clinic.reading() as session:
        assert not senders.is_stopped(session, clinic.runtime.clinic.sender)
    assert clinic.reload(waiting).state is MessageState.ACCEPTED
    assert clinic.all(Sender)[0].error_code is None


def test_what_was_done_by_hand_is_recorded_with_who_did_it(clinic):
    booked, failed = failed_confirmation(clinic)
    [reminder, *_] = clinic.messages(kind=Kind.REMINDER, about=booked)

    again(clinic, failed)
    call_off(clinic, reminder)

    acts = clinic.all(AuditEvent, AuditEvent.subject == "message", order_by=AuditEvent.id)
    assert [(act.actor, act.action, act.subject_id) for act in acts] == [
        (ACTOR, "message_sent_again", failed.id),
        (ACTOR, "message_called_off", reminder.id),
    ]
