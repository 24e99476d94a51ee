"""What became of what was handed over: errors by their class, and senders that died."""

from datetime import timedelta
from itertools import pairwise

import pytest

from booking.messaging import send_results as outcomes
from booking.messaging import sender_queries as sender_store
from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import MessageState
from booking.messaging.models import OptOut, Sender
from booking.messaging.ports import SendOutcome
from booking.messaging.rules.carrier_errors import CARRIER_ERRORS, ErrorClass
from booking.patients.consent import ConsentKind
from booking.patients.models import Consent
from tests.build.cast import ALICE, EMMA
from tests.build.reminder import FIRST_REMINDER, claim, reminder_of, start


def codes(kind):
    return sorted(code for code, error in CARRIER_ERRORS.items() if error.kind is kind)


def recover(clinic):
    with clinic.unit_of_work() as uow:
        return outcomes.release_expired_leases(uow)


def sender(clinic):
    [row] = clinic.all(Sender)
    return row


@pytest.mark.parametrize("code", codes(ErrorClass.BAD_NUMBER))
def test_a_bad_number_fails_the_text_and_a_mail_goes_instead(clinic, reminded, code):
    clinic.sms.answers_with(error_code=code)

    clinic.send_due()
    clinic.send_due()

    failed = reminder_of(clinic, reminded)
    assert (failed.state, failed.error_code) == (MessageState.FAILED, code)
    assert clinic.said_of(failed) == CARRIER_ERRORS[code].for_staff
    assert len(clinic.sms.sent) == 1
    mail = clinic.message(kind=Kind.REMINDER, about=reminded, channel=Channel.EMAIL)
    assert mail.state is MessageState.ACCEPTED
    assert mail.dedupe_key == f"reminder:email:{failed.id}:instead"


def test_a_refusal_for_an_opt_out_is_kept_as_one_and_a_mail_goes_instead(clinic, reminded):
    clinic.sms.answers_with(error_code=21610)

    clinic.send_due()

    [stopped] = clinic.all(OptOut)
    assert (stopped.phone, stopped.source) == (ALICE.phone, "carrier")
    word = clinic.all(Consent, Consent.kind == ConsentKind.SMS, order_by=Consent.id)[-1]
    assert (word.given, word.source, word.phone) == (False, "carrier", ALICE.phone)
    assert word.at == clinic.now
    assert clinic.message(kind=Kind.REMINDER, channel=Channel.EMAIL).state is MessageState.ACCEPTED


@pytest.mark.parametrize("code", codes(ErrorClass.OUR_SETUP))
def test_a_fault_of_our_own_set_up_stops_the_sender_and_keeps_the_text(clinic, reminded, code):
    clinic.sms.answers_with(error_code=code)

    clinic.send_due()
    clinic.send_due()

    assert len(clinic.sms.sent) == 1
    assert (sender(clinic).stopped_at, sender(clinic).error_code) == (clinic.now, code)
    assert reminder_of(clinic, reminded).state is MessageState.PENDING


def test_a_stopped_sender_goes_on_where_it_was_once_somebody_has_mended_it(clinic, reminded):
    clinic.sms.answers_with(error_code=20003)
    clinic.send_due()

    with clinic.transaction() as session:
        sender_store.resume(session, clinic.runtime.clinic.sender, clinic.now)
    clinic.send_due()

    assert reminder_of(clinic, reminded).state is MessageState.ACCEPTED
    assert len(clinic.sms.sent) == 2


def test_mails_go_on_while_the_sender_of_texts_is_stopped(clinic, reminded):
    clinic.sms.answers_with(error_code=20003)
    clinic.send_due()

    clinic.booked(EMMA, at="2026-03-12T17:00Z")
    clinic.send_due()

    assert len(clinic.email.to(EMMA)) == 1


@pytest.mark.parametrize("code", codes(ErrorClass.CONTENT))
def test_a_reminder_that_was_refused_for_its_words_still_reaches_the_patient_by_mail(
    clinic, reminded, code
):
    clinic.sms.answers_with(error_code=code)

    clinic.send_due()
    clinic.send_due()

    text = reminder_of(clinic, reminded)
    told = (text.state, clinic.said_of(text))
    assert told == (MessageState.FAILED, CARRIER_ERRORS[code].for_staff)
    mail = clinic.message(kind=Kind.REMINDER, about=reminded, channel=Channel.EMAIL)
    assert mail.state is MessageState.ACCEPTED


@pytest.mark.parametrize("code", [*codes(ErrorClass.CONTENT), 99999, None])
def test_a_text_that_was_refused_for_its_words_is_never_sent_again(clinic, reminded, code):
    clinic.sms.answers_with(error_code=code)

    clinic.send_due()
    clinic.send_all("2026-03-09T17:00Z")

    assert reminder_of(clinic, reminded).state is MessageState.FAILED
    assert len(clinic.sms.sent) == 1


@pytest.mark.parametrize("code", codes(ErrorClass.TRANSIENT))
def test_a_passing_trouble_is_worth_one_more_text_and_no_third(clinic, reminded, code):
    clinic.sms.answers_with(error_code=code, times=2)

    clinic.send_due()
    clinic.clock.pass_(minutes=15)
    clinic.send_due()
    clinic.clock.pass_(hours=1)
    clinic.send_due()

    first, second = clinic.sms.sent
    assert first.message_id != second.message_id
    states = [one.state for one in clinic.messages(kind=Kind.REMINDER, to=ALICE.phone)]
    assert states.count(MessageState.FAILED) == 2


def test_429_waits_as_long_as_the_carrier_asks_and_sends_the_same_text(clinic, reminded):
    clinic.sms.answers_with(SendOutcome.NOT_PROCESSED, error_code=20429, retry_after_s=60.0)

    clinic.send_due()
    waiting = reminder_of(clinic, reminded)
    assert waiting.state is MessageState.PENDING
    assert waiting.next_attempt_at >= FIRST_REMINDER + timedelta(seconds=60)

    clinic.clock.set(waiting.next_attempt_at)
    clinic.send_due()
    assert reminder_of(clinic, reminded).state is MessageState.ACCEPTED
    assert {one.message_id for one in clinic.sms.sent} == {waiting.id}


def test_while_the_carrier_asks_for_silence_nobody_else_is_texted_either(clinic, reminded):
    clinic.sms.answers_with(SendOutcome.NOT_PROCESSED, error_code=20429, retry_after_s=60.0)
    clinic.send_due()

    clinic.text_from(ALICE, "HELP")
    clinic.send_due()
    assert len(clinic.sms.sent) == 1

    clinic.clock.set(FIRST_REMINDER + timedelta(seconds=60))
    clinic.send_due()
    assert len(clinic.sms.sent) >= 2


def test_a_carrier_out_of_reach_is_tried_again_ever_more_slowly(clinic, reminded):
    clinic.sms.answers_with(SendOutcome.NOT_PROCESSED, times=12)
    waits = []

    for _ in range(12):
        began = clinic.now
        clinic.send_due()
        waiting = reminder_of(clinic, reminded)
        waits.append((waiting.next_attempt_at - began).total_seconds())
        clinic.clock.set(waiting.next_attempt_at)
    clinic.send_due()

    assert reminder_of(clinic, reminded).state is MessageState.ACCEPTED
    assert 1 <= waits[0] <= 2
    assert all(earlier <= later for earlier, later in pairwise(waits))
    assert 150 <= waits[-1] <= 300


def test_a_text_of_unknown_fate_is_never_blindly_sent_again(clinic, reminded):
    clinic.sms.answers_with(SendOutcome.UNKNOWN)

    clinic.send_due()
    clinic.clock.pass_(hours=1)
    recover(clinic)
    clinic.send_due()

    assert reminder_of(clinic, reminded).state is MessageState.UNKNOWN
    assert len(clinic.sms.sent) == 1


def test_a_mail_that_was_put_off_goes_later(clinic):
    clinic.email.answers_with(SendOutcome.NOT_PROCESSED)
    clinic.booked(EMMA)
    clinic.send_due()

    clinic.clock.pass_(seconds=2)
    clinic.send_due()

    assert clinic.message(kind=Kind.CONFIRMATION).state is MessageState.ACCEPTED


def test_a_mail_that_was_refused_fails_and_stops_nothing(clinic):
    clinic.email.answers_with(SendOutcome.REFUSED)
    clinic.booked(EMMA)

    clinic.send_due()

    assert clinic.message(kind=Kind.CONFIRMATION).state is MessageState.FAILED
    assert clinic.email.calls == 1


def test_a_sender_that_died_before_the_point_of_no_return_loses_nothing(clinic, reminded):
    claim(clinic)

    clinic.clock.pass_(seconds=59)
    assert recover(clinic) == 0
    clinic.clock.pass_(seconds=1)
    assert recover(clinic) == 1
    clinic.send_due("sender-2")

    assert reminder_of(clinic, reminded).state is MessageState.ACCEPTED
    assert len(clinic.sms.sent) == 1


def test_a_sender_that_died_after_it_leaves_a_text_of_unknown_fate(clinic, reminded):
    start(clinic, claim(clinic))

    clinic.clock.pass_(seconds=60)
    recover(clinic)
    clinic.send_due("sender-2")

    message = reminder_of(clinic, reminded)
    assert message.state is MessageState.UNKNOWN
    assert message.lease_owner is None
    assert clinic.sms.sent == []


def test_a_mail_in_the_hands_of_a_sender_that_died_goes_again_under_its_own_id(clinic):
    clinic.booked(EMMA)

    def dies(_results):
        raise KeyboardInterrupt

    clinic.email.meanwhile = dies
    with pytest.raises(KeyboardInterrupt):
        clinic.send_due()
    clinic.email.meanwhile = None
    clinic.clock.pass_(seconds=60)
    recover(clinic)
    clinic.send_due()

    first, second = clinic.email.to(EMMA)
    assert first.message_id == second.message_id


def test_a_late_answer_to_a_call_settles_a_text_that_recovery_had_given_up(clinic, reminded):
    def slow(_results):
        clinic.clock.pass_(seconds=61)
        recover(clinic)

    clinic.sms.meanwhile = slow
    clinic.send_due()

    message = reminder_of(clinic, reminded)
    assert message.state is MessageState.ACCEPTED
    assert message.provider_sid is not None


def test_a_report_that_is_faster_than_the_answer_to_our_call_is_not_undone(clinic, reminded):
    def early(results):
        clinic.report(reminder_of(clinic, reminded), "delivered", sid=results[0].provider_sid)

    clinic.sms.meanwhile = early
    clinic.send_due()

    message = reminder_of(clinic, reminded)
    assert message.state is MessageState.DELIVERED
    assert message.final_at == clinic.now


def test_a_question_nobody_received_is_not_open(clinic, reminded):
    clinic.sms.answers_with(error_code=30007)
    clinic.send_due()

    clinic.text_from(ALICE, "C")

    assert clinic.reload(reminded).confirmed_at is None
    [text] = clinic.inbound()
    assert text.needs_person
