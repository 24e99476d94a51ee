"""Several moves in a row are told once, the last one; a cancellation after them stands alone."""

from datetime import timedelta

import pytest

from booking.clinic.policy import BookingPolicy
from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import MessageState
from tests.build.cast import ALICE, CORA
from tests.build.clinic import PATIENT

WEDNESDAY, THURSDAY, FRIDAY = "2026-03-11T17:00Z", "2026-03-12T17:00Z", "2026-03-13T17:00Z"


@pytest.fixture
def told(clinic):
    """ALICE's session on Wednesday, of which she knows."""
    booked = clinic.booked(ALICE, at=WEDNESDAY)
    clinic.send_due()
    clinic.sms.sent.clear()
    clinic.email.sent.clear()
    return booked


@pytest.mark.parametrize("by", [PATIENT, CORA], ids=["the patient", "the clinic"])
def test_forty_moves_in_eleven_seconds_send_one_text_and_one_mail_with_the_last_time(
    clinic, told, by
):
    for number in range(40):
        clinic.move(told, to=[THURSDAY, FRIDAY][number % 2], by=by)
        clinic.clock.pass_(seconds=11 / 40)
        clinic.send_due()

    assert clinic.sms.sent == []
    assert clinic.email.sent == []
    clinic.lets_it_settle()

    [text] = clinic.sms.to(ALICE)
    [mail] = clinic.email.to(ALICE)
    assert "Fri 13 Mar" in text
    assert "13 March" in mail.text
    states = {one.state for one in clinic.messages(kind=Kind.MOVED)}
    assert states == {MessageState.ACCEPTED, MessageState.CANCELLED}


def test_a_move_is_told_a_minute_after_it_and_not_before(clinic, told):
    clinic.move(told, to=THURSDAY)

    clinic.clock.pass_(seconds=59)
    clinic.send_due()
    assert clinic.sms.sent == []
    clinic.clock.pass_(seconds=1)
    clinic.send_due()
    assert len(clinic.sms.to(ALICE)) == 1


def test_a_cancellation_after_moves_is_told_at_once_and_alone(clinic, told):
    clinic.move(told, to=THURSDAY)
    clinic.move(told, to=FRIDAY)

    clinic.cancel(told)
    clinic.send_due()
    clinic.lets_it_settle()

    [text] = clinic.sms.sent
    [mail] = clinic.email.sent
    assert clinic.message(kind=Kind.CANCELLED, channel=Channel.SMS).id == text.message_id
    assert clinic.message(kind=Kind.CANCELLED, channel=Channel.EMAIL).id == mail.message_id


def test_a_request_that_is_moved_is_told_once_as_well(clinic):
    requested = clinic.booked(ALICE, at=WEDNESDAY, anticoagulant="warfarin")
    clinic.send_due()
    clinic.sms.sent.clear()

    clinic.move(requested, to=THURSDAY)
    clinic.move(requested, to=FRIDAY)
    clinic.lets_it_settle()

    [text] = clinic.sms.to(ALICE)
    assert "Fri 13 Mar" in text


def test_a_move_away_from_a_session_that_begins_soon_is_told_at_once(clinic, told):
    clinic.clock.set("2026-03-11T15:30Z")

    clinic.move(told, to=FRIDAY, by=CORA)
    clinic.send_due()

    assert len(clinic.sms.to(ALICE)) == 1
    assert len(clinic.email.to(ALICE)) == 1


def test_a_clinic_may_let_moves_settle_for_longer(clinic, told):
    clinic.changes_policies(booking=BookingPolicy(settling=timedelta(minutes=5)))

    clinic.move(told, to=THURSDAY)

    assert {one.due_at for one in clinic.messages(kind=Kind.MOVED)} == {
        clinic.now + timedelta(minutes=5)
    }
