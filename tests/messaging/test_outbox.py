"""Telling a patient of a change: who is answered at once, and who is left to sleep."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.desk import message_actions as by_hand
from booking.messaging.kinds import Channel, Kind, Lane
from booking.messaging.message import MessageState
from booking.messaging.models import Message
from booking.messaging.reason import Reason
from tests.build.cast import ALICE, CARMEN, CORA, DORA, EMMA, LOS_ANGELES, NEW_YORK

SOMEDAY = "2026-03-11T17:00Z"
LONDON, SYDNEY = "Europe/London", "Australia/Sydney"
ZONES = [NEW_YORK, LOS_ANGELES, LONDON, SYDNEY]
SECOND = timedelta(seconds=1)


def on(day, clock, zone):
    """The instant at which the clocks of a zone show this on a day of March 2026."""
    return datetime.fromisoformat(f"2026-03-{day:02}T{clock}").replace(tzinfo=ZoneInfo(zone))


def booked(clinic, patient, at=SOMEDAY, **intake):
    """Book for a patient, and let everything about it be said."""
    appointment = clinic.booked(patient, at=at, **intake)
    clinic.send_due()
    clinic.sms.sent.clear()
    clinic.email.sent.clear()
    return appointment


def cancels(clinic, appointment, **by):
    clinic.cancel(appointment, **by)


def moves(clinic, appointment, **by):
    clinic.move(appointment, to="2026-03-12T17:00Z", **by)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("changes", [cancels, moves])
def test_what_the_clinic_changes_at_night_is_texted_in_the_patients_morning(clinic, zone, changes):
    appointment = booked(clinic, replace(ALICE, zone=zone))
    clinic.clock.set(on(6, "03:00", zone))

    changes(clinic, appointment, by=CORA)
    clinic.send_due()
    clinic.clock.set(on(6, "09:00", zone) - SECOND)
    clinic.send_due()

    assert clinic.sms.sent == []
    assert len(clinic.email.to(ALICE)) == 1
    clinic.clock.set(on(6, "09:00", zone))
    clinic.send_due()
    assert len(clinic.sms.to(ALICE)) == 1


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("changes", [cancels, moves])
def test_a_patients_own_act_is_answered_at_any_hour(clinic, zone, changes):
    appointment = booked(clinic, replace(ALICE, zone=zone))
    clinic.clock.set(on(6, "03:00", zone))

    changes(clinic, appointment)
    clinic.lets_it_settle()

    assert len(clinic.sms.to(ALICE)) == 1


# Nine in New York, when the day's first session begins, on each patient's own wall.
@pytest.mark.parametrize(("zone", "clock"), [(NEW_YORK, "09:00"), (LOS_ANGELES, "06:00")])
@pytest.mark.parametrize("changes", [cancels, moves])
def test_whoever_would_travel_in_vain_is_woken(clinic, zone, clock, changes):
    appointment = booked(clinic, replace(ALICE, zone=zone), at=on(6, clock, zone))
    clinic.clock.set(on(6, "03:00", zone))

    changes(clinic, appointment, by=CORA)
    clinic.lets_it_settle()

    assert len(clinic.sms.to(ALICE)) == 1


def test_whoever_would_miss_a_session_moved_to_the_morning_is_woken(clinic):
    appointment = booked(clinic, ALICE)
    clinic.clock.set(on(6, "03:00", NEW_YORK))

    clinic.move(appointment, to=on(6, "10:00", NEW_YORK), by=CORA)
    clinic.lets_it_settle()

    assert len(clinic.sms.to(ALICE)) == 1


def test_news_that_is_held_up_into_the_night_waits_there_too(clinic):
    appointment = booked(clinic, ALICE)
    clinic.clock.set(on(5, "19:55", NEW_YORK))
    clinic.cancel(appointment, by=CORA)

    clinic.clock.set(on(5, "20:05", NEW_YORK))
    clinic.send_due()

    text = clinic.message(kind=Kind.CANCELLED, channel=Channel.SMS)
    assert clinic.sms.sent == []
    assert (text.state, text.reason) == (MessageState.PENDING, Reason.QUIET_HOURS)
    clinic.clock.set(on(6, "09:00", NEW_YORK))
    clinic.send_due()
    assert len(clinic.sms.to(ALICE)) == 1


def test_news_of_the_next_morning_goes_though_it_is_held_up_into_the_night(clinic):
    appointment = booked(clinic, ALICE, at=on(6, "09:30", NEW_YORK))
    clinic.clock.set(on(5, "19:55", NEW_YORK))
    clinic.cancel(appointment, by=CORA)

    clinic.clock.set(on(5, "20:05", NEW_YORK))
    clinic.send_due()

    assert len(clinic.sms.to(ALICE)) == 1


def test_a_request_granted_at_night_is_confirmed_by_text_in_the_morning(clinic):
    requested = booked(clinic, ALICE, anticoagulant="warfarin")
    clinic.clock.set(on(6, "03:00", NEW_YORK))

    clinic.grant(requested)

    confirmation = clinic.message(kind=Kind.CONFIRMATION, channel=Channel.SMS)
    assert confirmation.due_at == on(6, "09:00", NEW_YORK)


def test_a_second_move_in_the_same_night_takes_the_place_of_the_first(clinic):
    appointment = booked(clinic, ALICE)
    clinic.clock.set(on(6, "03:00", NEW_YORK))
    moves(clinic, appointment, by=CORA)
    clinic.cancel(appointment, by=CORA)

    clinic.clock.set(on(6, "09:00", NEW_YORK))
    clinic.send_due()

    assert clinic.kinds(channel=Channel.SMS, state=MessageState.ACCEPTED)[-1] is Kind.CANCELLED
    assert len(clinic.sms.to(ALICE)) == 1


def test_an_answer_waits_for_no_news_of_the_clinic(clinic):
    patients = (ALICE, CARMEN, DORA)
    falling_out = [
        booked(clinic, patient, at=f"2026-03-1{day}T17:00Z") for day, patient in enumerate(patients)
    ]
    for appointment in falling_out:
        clinic.cancel(appointment, by=CORA)
    clinic.clock.pass_(seconds=1)
    clinic.text_from(EMMA, "HELP")

    clinic.send_due()

    assert clinic.sms.sent[0].to == EMMA.phone
    lanes = [clinic.get(Message, text.message_id).lane for text in clinic.sms.sent]
    assert lanes == [Lane.ANSWERS, Lane.NEWS, Lane.NEWS, Lane.NEWS]


@pytest.mark.parametrize("once_more", ["by the clinic", "by itself"])
def test_news_written_anew_is_still_news(clinic, once_more):
    appointment = booked(clinic, ALICE)
    clinic.cancel(appointment, by=CORA)
    clinic.send_due()
    text = clinic.message(kind=Kind.CANCELLED, channel=Channel.SMS)
    code = 30003 if once_more == "by itself" else None
    clinic.report(text, "undelivered", code)
    if once_more == "by the clinic":
        with clinic.unit_of_work(clinic.staff()) as uow:
            by_hand.resend(uow, text.id)

    [again] = clinic.messages(kind=Kind.CANCELLED, channel=Channel.SMS, state=MessageState.PENDING)

    assert (again.lane, again.variables) == (text.lane, text.variables)
    assert again.lane == Lane.NEWS
