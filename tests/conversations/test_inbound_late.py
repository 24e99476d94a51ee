"""Texts that no webhook brought and the poll found: they count for when they were sent."""

from datetime import timedelta

from booking.checkins.rules.scores import CheckInKind
from booking.messaging.kinds import Channel, Kind
from booking.messaging.models import OptOut
from booking.messaging.ports import SendOutcome
from booking.scheduling.states import State
from tests.build.cast import ALICE, ALICES_PHONE, BOB, CORA, DANA, THEO

FIRST, SECOND = "2026-03-11T17:00Z", "2026-03-12T18:00Z"
MINUTE = timedelta(minutes=1)


def test_a_letter_found_late_is_no_answer_to_what_was_asked_after_it(clinic):
    first = clinic.booked(ALICE, with_=DANA, at=FIRST)
    clinic.send_due()
    clinic.clock.pass_(minutes=5)
    texted_at = clinic.now
    clinic.clock.pass_(minutes=5)
    clinic.cancel(first, by=CORA)
    second = clinic.booked(ALICE, with_=THEO, at=SECOND)
    clinic.send_due()
    clinic.clock.pass_(minutes=5)

    clinic.text_from(ALICE, "C", sent_at=texted_at)

    assert clinic.state(second) is State.BOOKED
    assert clinic.inbound()[-1].needs_person


def test_a_letter_found_late_answers_what_had_been_asked_before_it(clinic):
    booked = clinic.booked(ALICE)
    clinic.send_due()
    clinic.clock.pass_(minutes=10)

    clinic.text_from(ALICE, "C", sent_at=clinic.now - 5 * MINUTE)

    assert clinic.state(booked) is State.CONFIRMED


def test_numbers_found_late_do_not_replace_those_that_were_sent_after_them(clinic):
    booked = clinic.finished(ALICE)
    clinic.send_all("2026-03-06T20:00Z")
    texted_at = clinic.now
    clinic.clock.pass_(minutes=5)
    clinic.text_from(ALICE, "2 2 2")
    clinic.clock.pass_(minutes=5)

    clinic.text_from(ALICE, "7 7 7", sent_at=texted_at)

    assert clinic.scores(booked, CheckInKind.AFTER_24H) == (2, 2, 2)
    found_late, in_time = clinic.inbound()
    assert (found_late.needs_person, in_time.needs_person) == (True, False)


def test_a_start_found_late_does_not_undo_a_stop_that_was_sent_after_it(clinic):
    clinic.booked(ALICE)
    texted_at = clinic.now
    clinic.clock.pass_(minutes=5)
    clinic.text_from(ALICE, "STOP")
    clinic.clock.pass_(minutes=5)

    clinic.text_from(ALICE, "START", sent_at=texted_at)
    clinic.send_due()

    assert clinic.messages(kind=Kind.OPTED_IN) == []
    assert [one.kind for one in clinic.messages(state="accepted", channel="sms")] == [
        Kind.OPTED_OUT
    ]


def test_a_carriers_clock_that_is_ahead_of_ours_does_not_move_a_text_into_the_future(clinic):
    booked = clinic.booked(ALICE)
    clinic.send_due()
    clinic.clock.pass_(minutes=1)

    clinic.text_from(ALICE, "C", sent_at=clinic.now + MINUTE)

    assert clinic.inbound()[-1].received_at == clinic.now
    assert clinic.state(booked) is State.CONFIRMED


def both_found_late(clinic, first, second):
    """ALICE sent two texts, and both are found an hour later, in their order."""
    clinic.booked(ALICE)
    clinic.send_due()
    sent_at = clinic.now
    clinic.clock.pass_(hours=1)
    clinic.text_from(ALICE, first, sent_at=sent_at + MINUTE)
    clinic.clock.pass_(seconds=1)
    clinic.text_from(ALICE, second, sent_at=sent_at + 2 * MINUTE)


def test_a_start_after_a_stop_counts_though_both_are_found_late(clinic):
    both_found_late(clinic, "STOP", "START")

    assert clinic.all(OptOut) == []
    assert clinic.message(kind=Kind.OPTED_IN).recipient == ALICE.phone


def test_a_stop_after_a_start_counts_though_both_are_found_late(clinic):
    both_found_late(clinic, "START", "STOP")

    [stopped] = clinic.all(OptOut)
    assert stopped.opted_out_at == clinic.inbound()[-1].received_at
    assert Kind.OPTED_IN not in clinic.kinds()


def test_a_start_between_two_stops_does_not_undo_the_second(clinic):
    clinic.booked(ALICE)
    clinic.text_from(ALICE, "STOP")
    clinic.clock.pass_(minutes=5)
    between = clinic.now
    clinic.clock.pass_(minutes=5)
    clinic.text_from(ALICE, "STOP")
    clinic.clock.pass_(minutes=5)

    clinic.text_from(ALICE, "START", sent_at=between)

    assert len(clinic.all(OptOut)) == 1


def test_on_a_shared_phone_a_letter_found_late_is_no_answer_to_a_text_that_left_after_it(clinic):
    alices = clinic.booked(ALICE, with_=DANA, at=FIRST)
    clinic.send_due()
    clinic.cancel(alices, by=CORA)
    clinic.send_due()
    bobs = clinic.booked(BOB, with_=THEO, at=SECOND)
    clinic.sms.answers_with(SendOutcome.UNKNOWN)
    clinic.send_due()
    clinic.clock.pass_(minutes=1)
    texted_at = clinic.now
    clinic.clock.pass_(minutes=1)
    text = clinic.message(kind=Kind.CONFIRMATION, channel=Channel.SMS, about=bobs)
    clinic.report(text, "delivered", sid="SM" + "4" * 32)

    clinic.text_from(ALICES_PHONE, "C", sent_at=texted_at)

    assert clinic.state(bobs) is State.BOOKED
    assert clinic.inbound()[-1].needs_person
    clinic.text_from(ALICES_PHONE, "C")
    assert clinic.state(bobs) is State.CONFIRMED
