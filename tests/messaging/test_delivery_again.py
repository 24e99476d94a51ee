"""What goes again: a mail of unknown fate, and a text the carrier put off."""

import pytest

from booking.messaging import send_results as outcomes
from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import MessageState
from booking.messaging.ports import SendOutcome, SendResult
from booking.messaging.reason import Reason
from tests.build.cast import EMMA
from tests.build.reminder import reminder_of


def test_a_mail_that_may_or_may_not_have_left_goes_again_as_the_same_mail(clinic):
    clinic.email.answers_with(SendOutcome.UNKNOWN)
    clinic.booked(EMMA)

    clinic.send_due()
    mail = clinic.message(kind=Kind.CONFIRMATION, channel=Channel.EMAIL)
    assert mail.state is MessageState.PENDING
    assert mail.next_attempt_at > clinic.now
    clinic.clock.set(mail.next_attempt_at)
    clinic.send_due()

    assert clinic.reload(mail).state is MessageState.ACCEPTED
    assert [one.message_id for one in clinic.email.sent] == [mail.id, mail.id]


def test_a_text_that_may_or_may_not_have_left_does_not(clinic, reminded):
    clinic.sms.answers_with(SendOutcome.UNKNOWN)

    clinic.send_due()
    clinic.clock.pass_(minutes=30)
    clinic.send_due()

    assert reminder_of(clinic, reminded).state is MessageState.UNKNOWN
    assert len(clinic.sms.sent) == 1


@pytest.mark.parametrize("outcome", [SendOutcome.NOT_PROCESSED, SendOutcome.UNKNOWN])
def test_what_was_accepted_in_the_end_tells_nothing_of_what_it_met_before(
    clinic, reminded, outcome
):
    clinic.sms.answers_with(outcome, error_code=20429, retry_after_s=60.0)
    clinic.send_due()
    message = reminder_of(clinic, reminded)
    assert message.reason is Reason.OTHER_SIDE
    assert clinic.said_of(message) == "as told"

    clinic.clock.pass_(minutes=2)
    if outcome is SendOutcome.NOT_PROCESSED:
        clinic.send_due()
    else:
        late = SendResult(message.id, SendOutcome.ACCEPTED, provider_sid="SM" + "e" * 32)
        with clinic.unit_of_work() as uow:
            outcomes.apply_results(uow, [late], clinic.runtime.subjects)

    now = clinic.reload(message)
    assert now.state is MessageState.ACCEPTED
    assert (now.error_code, now.reason) == (None, None)


def test_a_second_answer_that_proves_nothing_changes_nothing(clinic, reminded):
    clinic.sms.answers_with(SendOutcome.UNKNOWN)
    clinic.send_due()
    message = reminder_of(clinic, reminded)

    with clinic.unit_of_work() as uow:
        again = SendResult(message.id, SendOutcome.UNKNOWN, reason="a time-out")
        outcomes.apply_results(uow, [again], clinic.runtime.subjects)

    assert clinic.reload(message).state is MessageState.UNKNOWN
    assert clinic.history(message) == ["claimed", "started", "unknown"]
