"""Texts behind a stopped sender: each of them ends, with a reason."""

import pytest

from booking.messaging import send_results as outcomes
from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import MessageState
from booking.messaging.reason import Reason
from tests.build.cast import ALICE, EMMA
from tests.build.reminder import reminder_of


@pytest.fixture
def stopped(clinic, reminded):
    """ALICE's reminder waits, for the carrier refuses our credentials."""
    clinic.sms.answers_with(error_code=20003)
    clinic.send_due()
    return reminder_of(clinic, reminded)


def recover(clinic):
    with clinic.unit_of_work() as uow:
        return outcomes.release_expired_leases(uow)


def test_a_text_that_came_too_late_behind_a_stopped_sender_ends_with_a_reason(clinic, stopped):
    clinic.clock.set(stopped.expires_at)

    assert recover(clinic) == 1
    assert recover(clinic) == 0

    ended = clinic.reload(stopped)
    assert ended.state is MessageState.EXPIRED
    assert ended.reason == Reason.TOO_LATE_STOPPED
    assert clinic.history(stopped)[-1] == "expire"


def test_one_that_is_still_in_time_waits(clinic, stopped):
    clinic.clock.pass_(minutes=1)

    assert recover(clinic) == 0

    assert clinic.reload(stopped).state is MessageState.PENDING


def test_mails_are_not_held_up_and_keep_their_own_last_look(clinic, stopped):
    clinic.booked(EMMA, at="2026-04-12T17:00Z")
    mail = clinic.message(kind=Kind.CONFIRMATION, to=EMMA.email, channel=Channel.EMAIL)
    clinic.clock.set(mail.expires_at)

    recover(clinic)

    assert clinic.reload(mail).state is MessageState.PENDING


def test_while_texts_go_the_last_look_alone_says_what_is_too_late(clinic):
    clinic.booked(ALICE)
    text = clinic.message(kind=Kind.CONFIRMATION, channel=Channel.SMS)
    clinic.clock.set(text.expires_at)

    assert recover(clinic) == 0

    clinic.send_due()
    assert clinic.reload(text).reason == Reason.TOO_LATE
