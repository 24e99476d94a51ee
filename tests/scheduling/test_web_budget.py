"""What a stranger sets off from the web is few: to a phone, about a session, and in all."""

from dataclasses import replace
from datetime import timedelta

import pytest

from booking.clinic.policy import AbusePolicy, Allowance
from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import MessageState
from booking.messaging.reason import Reason
from booking.scheduling import web_budget
from booking.scheduling.models import Appointment
from tests.build.cast import ALICE, ALICES_PHONE, CARMEN, CORA, DANA, EMMA, THEO
from tests.build.reminder import WEDNESDAY
from tests.build.statements import noted

FEW = Allowance(2, 3)


def invented(number, **changes):
    """Somebody with a name of her own and somebody else's phone."""
    return replace(ALICE, name=f"Name {number} Invented", **changes)


def slot(number):
    return f"2026-03-{9 + number:02}T17:00Z"


def book_many(clinic, number, **changes):
    for one in range(number):
        with_ = [DANA, THEO][one % 2]
        at = f"2026-03-{9 + one // 2:02}T17:00Z"
        clinic.booked(invented(one, **changes), with_=with_, at=at)
        clinic.send_due()


def test_twenty_five_bookings_with_invented_names_send_one_phone_six_texts_an_hour(clinic):
    book_many(clinic, 25)

    assert len(clinic.sms.to(ALICES_PHONE)) == 6
    assert len(clinic.email.to(ALICE)) == 12

    # For two hours a confirmation is worth texting; after that the mail alone tells.
    clinic.send_all(until=clinic.now + timedelta(hours=20))
    assert len(clinic.sms.to(ALICES_PHONE)) <= 12
    assert len(clinic.email.to(ALICE)) <= 30


def test_spellings_of_one_mail_address_have_one_allowance(clinic):
    clinic.changes_policies(abuse=AbusePolicy(mails_to_one=FEW))
    for number, email in enumerate(["jo@example.org", "J.O@example.org", "jo+1@example.org"]):
        patient = invented(number, phone=f"+1212555011{number}", email=email)
        clinic.booked(patient, at=slot(number))
        clinic.send_due()

    assert len(clinic.email.sent) == 2


def test_a_mail_beyond_the_allowance_waits_and_the_last_word_arrives(clinic):
    clinic.changes_policies(abuse=AbusePolicy(mails_about_one=FEW))
    booked = clinic.booked(ALICE, at=WEDNESDAY)
    clinic.send_due()
    for to in ("2026-03-12T17:00Z", "2026-03-13T17:00Z", "2026-03-14T17:00Z"):
        clinic.move(booked, to=to)
        clinic.lets_it_settle()

    assert len(clinic.email.to(ALICE)) == 2
    waiting = clinic.message(
        kind=Kind.MOVED, channel=Channel.EMAIL, state=MessageState.PENDING, about=booked
    )
    assert waiting.reason == Reason.ENOUGH_SET_OFF
    clinic.send_all(until=clinic.now + timedelta(hours=1, minutes=5))
    assert "14 March" in clinic.email.to(ALICE)[-1].text


def test_a_move_and_a_cancellation_are_never_refused_for_messages(clinic):
    clinic.changes_policies(
        abuse=AbusePolicy(texts_to_one=Allowance(1, 1), mails_to_one=Allowance(1, 1))
    )
    booked = clinic.booked(ALICE, at=WEDNESDAY)
    clinic.send_due()

    moved = clinic.move(booked, to="2026-03-12T17:00Z")
    clinic.lets_it_settle()
    assert moved.version == 2
    clinic.cancel(booked)
    clinic.send_due()

    assert len(clinic.sms.to(ALICE)) == len(clinic.email.to(ALICE)) == 1


def test_one_session_is_told_of_so_often_whatever_its_phone_may_get(clinic):
    clinic.changes_policies(abuse=AbusePolicy(texts_about_one=FEW, texts_to_one=Allowance(99, 99)))
    booked = clinic.booked(ALICE, at=WEDNESDAY)
    clinic.send_due()
    for number in range(6):
        clinic.move(booked, to=f"2026-03-{12 + number}T17:00Z")
        clinic.lets_it_settle()

    assert len(clinic.sms.to(ALICE)) == 2
    clinic.booked(invented(1), with_=THEO, at=WEDNESDAY)
    clinic.send_due()
    assert len(clinic.sms.to(ALICE)) == 3


def test_in_all_only_so_many_texts_go_and_mails_still_do(clinic):
    clinic.changes_policies(abuse=AbusePolicy(texts_in_all=Allowance(4, 99)))
    for number in range(10):
        patient = invented(number, phone=f"+1212555012{number}", email=f"p{number}@example.org")
        clinic.booked(patient, at=slot(number))
    clinic.send_due()

    assert len(clinic.sms.sent) == 4
    assert len(clinic.email.sent) == 10
    clinic.send_all(until=clinic.now + timedelta(hours=1, minutes=1))
    assert len(clinic.sms.sent) == 8


def test_what_nobody_set_off_from_the_web_knows_no_such_limit(clinic, reminded):
    clinic.changes_policies(
        abuse=AbusePolicy(texts_to_one=Allowance(1, 1), texts_in_all=Allowance(1, 1))
    )
    clinic.send_due()
    clinic.text_from(ALICE, "R")
    clinic.text_from(ALICE, "I want to kill myself")
    clinic.send_due()
    clinic.move(reminded, to="2026-03-18T17:00Z", by=CORA)
    clinic.lets_it_settle()

    kinds = {
        one.template for one in clinic.messages(channel=Channel.SMS, state=MessageState.ACCEPTED)
    }
    assert kinds >= {Kind.REMINDER, Kind.MOVE_LINK, Kind.CRISIS, Kind.MOVED}


def test_what_was_called_off_in_time_does_not_count(clinic):
    clinic.changes_policies(abuse=AbusePolicy(texts_to_one=FEW))
    booked = clinic.booked(ALICE, at=WEDNESDAY)
    for to in ("2026-03-12T17:00Z", "2026-03-13T17:00Z", "2026-03-14T17:00Z"):
        clinic.move(booked, to=to)
    clinic.lets_it_settle()

    assert len(clinic.sms.to(ALICE)) == 1


def test_a_second_try_of_a_text_counts_as_well(clinic):
    clinic.booked(ALICE, at=WEDNESDAY)
    clinic.send_due()
    first = clinic.message(kind=Kind.CONFIRMATION, channel=Channel.SMS)

    clinic.report(first, "undelivered", 30003)

    again = clinic.message(kind=Kind.CONFIRMATION, channel=Channel.SMS, state=MessageState.PENDING)
    assert first.counted_as == again.counted_as == ALICES_PHONE


def test_reminders_ask_the_database_no_more_than_before(clinic, reminded):
    with noted(clinic.engine) as asked:
        clinic.send_due()

    assert len(clinic.sms.to(ALICE)) == 1
    assert not [one for one in asked if "counted_as IS NOT NULL" in one]


def test_two_languages_have_the_same_allowance(clinic):
    clinic.changes_policies(abuse=AbusePolicy(texts_to_one=FEW))
    for number in range(4):
        clinic.booked(replace(CARMEN, name=f"Nombre {number}"), at=slot(number))
    clinic.send_due()

    assert len(clinic.sms.to(CARMEN)) == 2


@pytest.mark.parametrize("channel", list(Channel))
def test_only_what_the_patient_does_on_the_web_is_counted(clinic, channel):
    requested = clinic.booked(ALICE, at=WEDNESDAY, anticoagulant="warfarin")
    clinic.grant(requested)

    by_kind = {one.kind: one.counted_as for one in clinic.messages(channel=channel)}
    assert by_kind[Kind.REQUEST_RECEIVED] in {ALICES_PHONE, "alice@example.org"}
    assert by_kind[Kind.CONFIRMATION] is None


def rests(clinic, booked):
    with clinic.read_only() as uow:
        appointment = uow.session.get_one(Appointment, booked.id)
        return web_budget.texts_rest(uow, appointment)


def test_the_page_can_say_beforehand_that_texts_rest(clinic):
    clinic.changes_policies(abuse=AbusePolicy(texts_to_one=FEW))
    booked = clinic.booked(ALICE, at=slot(0))
    clinic.send_due()
    assert not rests(clinic, booked)

    clinic.booked(ALICE, at=slot(1))
    clinic.send_due()

    assert rests(clinic, booked)
    clinic.clock.pass_(minutes=61)
    assert not rests(clinic, booked)


def test_whoever_agrees_to_no_texts_is_told_of_none(clinic):
    clinic.changes_policies(abuse=AbusePolicy(texts_in_all=Allowance(1, 1)))
    clinic.booked(ALICE, at=slot(0))
    clinic.send_due()

    assert not rests(clinic, clinic.booked(EMMA, at=slot(1)))
    assert rests(clinic, clinic.booked(CARMEN, at=slot(2)))
