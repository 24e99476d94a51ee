"""Red flags: every text and every answer is looked at, one alert each, answered at once."""

import pytest

from booking.checkins import service as check_ins
from booking.checkins.rules.scores import CheckInKind, Scores
from booking.checkins.service import NewAnswer
from booking.messaging.inbound_models import InboundMessage
from booking.messaging.kinds import Channel, Kind, Lane
from booking.messaging.message import MessageState
from booking.messaging.models import OptOut
from booking.safety.rules.red_flags import Tier
from tests.build.cast import (
    ALICE,
    ALICES_PHONE,
    BOB,
    CARMEN,
    DANA,
    ON_CALL_PHONE,
    STRANGERS_PHONE,
    THEO,
)
from tests.build.clinic import PATIENT, actor

RED_IN_ENGLISH = "I have chest pain and can't breathe"
RED_IN_SPANISH = "me duele el pecho, no puedo respirar"
CRISIS = "I want to die"
AMBER = "I have a fever since this morning"


@pytest.fixture
def asked(clinic):
    """ALICE's session, about which she was asked a day later."""
    done = clinic.finished(ALICE, at="2026-03-05T17:00Z")
    clinic.send_all("2026-03-06T18:00Z")
    clinic.sms.sent.clear()
    return done


def answer(clinic, booked, kind, scores, **more):
    with clinic.unit_of_work(actor(booked, PATIENT)) as uow:
        new = NewAnswer(Scores(*scores), **{"source": "web", **more})
        return check_ins.record_scores(uow, clinic.check_ins(booked)[kind].id, new)


@pytest.mark.parametrize(
    ("body", "tier", "kind", "words"),
    [
        (RED_IN_ENGLISH, Tier.RED, Kind.EMERGENCY, "call 911 now"),
        (CRISIS, Tier.CRISIS, Kind.CRISIS, "988"),
        (AMBER, Tier.AMBER, Kind.CALL_DOCTOR, "call your doctor today"),
    ],
)
def test_a_danger_raises_one_alert_and_gets_one_answer(clinic, asked, body, tier, kind, words):
    clinic.text_from(ALICE, body)
    clinic.send_due()

    [alert] = clinic.alerts()
    assert (alert.tier, alert.patient_id) == (tier, asked.patient_id)
    [text] = clinic.sms.to(ALICE)
    assert words in text
    assert clinic.message(kind=kind).lane == Lane.SAFETY
    assert clinic.inbound()[-1].needs_person


def test_a_danger_in_spanish_is_answered_in_the_patients_language(clinic):
    clinic.booked(CARMEN)

    clinic.text_from(CARMEN, RED_IN_SPANISH)
    clinic.send_due()

    assert clinic.alerts()[0].tier is Tier.RED
    assert any("Llame ahora al 911" in one for one in clinic.sms.to(CARMEN))


def test_a_danger_beside_an_opt_out_is_answered_all_the_same(clinic, asked):
    clinic.text_from(ALICE, f"STOP. {RED_IN_ENGLISH}")
    clinic.send_due()

    assert len(clinic.all(OptOut)) == 1
    assert [one.tier for one in clinic.alerts()] == [Tier.RED]
    assert {one.template for one in clinic.messages(channel=Channel.SMS, state="accepted")} >= {
        Kind.EMERGENCY,
        Kind.OPTED_OUT,
    }


def test_a_danger_from_a_phone_that_stopped_texts_long_ago_is_still_answered(clinic, asked):
    clinic.text_from(ALICE, "STOP")
    clinic.send_due()
    clinic.clock.pass_(days=3)

    clinic.text_from(ALICE, RED_IN_ENGLISH)
    clinic.send_due()

    assert "call 911 now" in clinic.sms.to(ALICE)[-1]


def test_a_danger_beside_three_numbers_keeps_both(clinic, asked):
    clinic.text_from(ALICE, "4 6 3 and chest pain since noon")
    clinic.send_due()

    assert clinic.scores(asked, CheckInKind.AFTER_24H) == (4, 6, 3)
    assert [one.tier for one in clinic.alerts()] == [Tier.RED]
    assert clinic.kinds(to=ALICE.phone).count(Kind.EMERGENCY) == 1


def test_two_dangers_in_one_text_are_one_alert_of_the_graver(clinic, asked):
    clinic.text_from(ALICE, f"{AMBER}, and {RED_IN_ENGLISH}")

    assert [one.tier for one in clinic.alerts()] == [Tier.RED]


def test_the_same_text_handed_over_twice_is_one_alert(clinic, asked):
    for _ in range(2):
        clinic.text_from(ALICE, RED_IN_ENGLISH, sid="SM" + "a" * 32)

    assert len(clinic.alerts()) == 1
    assert clinic.kinds().count(Kind.EMERGENCY) == 1


def test_a_danger_is_answered_also_when_we_have_said_too_much_already(clinic, asked):
    for minute in range(15):
        clinic.text_from(ALICE, "HELP")
        clinic.clock.pass_(seconds=minute)

    clinic.text_from(ALICE, RED_IN_ENGLISH)
    clinic.send_due()

    assert any("call 911 now" in one for one in clinic.sms.to(ALICE))


def test_a_danger_at_night_is_answered_at_night(clinic, asked):
    clinic.clock.set("2026-03-07T08:00Z")  # three in the morning

    clinic.text_from(ALICE, RED_IN_ENGLISH)
    clinic.send_due()

    assert len(clinic.sms.to(ALICE)) == 1


def test_a_danger_from_an_unknown_number_is_an_alert_about_nobody_and_answered(clinic):
    clinic.text_from(STRANGERS_PHONE, RED_IN_ENGLISH)
    clinic.send_due()

    [alert] = clinic.alerts()
    assert alert.patient_id is None
    assert clinic.get(InboundMessage, alert.inbound_sid).phone == STRANGERS_PHONE
    assert "call 911 now" in clinic.sms.to(STRANGERS_PHONE)[0]


def test_a_danger_from_a_shared_phone_with_no_question_open_names_neither(clinic):
    clinic.booked(ALICE, with_=DANA)
    clinic.booked(BOB, with_=THEO, at="2026-03-06T18:00Z")

    clinic.text_from(ALICES_PHONE, RED_IN_ENGLISH)

    [alert] = clinic.alerts()
    assert alert.patient_id is None


def test_who_is_on_call_is_paged_without_a_word_of_what_it_is(clinic, asked):
    clinic.calls_at_night(ON_CALL_PHONE)

    clinic.text_from(ALICE, RED_IN_ENGLISH)
    clinic.send_due()

    [page] = clinic.sms.to(ON_CALL_PHONE)
    assert "alert is waiting" in page
    for word in ("chest", "Alice", ALICE.phone):
        assert word not in page
    assert "We told our team" in clinic.sms.to(ALICE)[0]


def test_who_is_on_call_may_be_paged_by_mail(clinic, asked):
    clinic.calls_at_night("oncall@example.org")

    clinic.text_from(ALICE, RED_IN_ENGLISH)
    clinic.send_due()

    assert len(clinic.email.to("oncall@example.org")) == 1


def test_nobody_is_promised_help_where_nobody_is_on_call(clinic, asked):
    clinic.text_from(ALICE, RED_IN_ENGLISH)
    clinic.send_due()

    assert "told our team" not in clinic.sms.to(ALICE)[0]


def test_a_denied_danger_is_for_a_person_and_sends_nobody_to_hospital(clinic, asked):
    clinic.text_from(ALICE, "no chest pain today")
    clinic.send_due()

    assert clinic.inbound()[-1].needs_person
    assert Kind.EMERGENCY not in clinic.kinds()


def test_pain_much_worse_than_before_the_session_asks_to_call_a_doctor(clinic):
    booked = clinic.booked(ALICE, at="2026-03-05T17:00Z")
    answer(clinic, booked, CheckInKind.BASELINE, (3, 5, 5))
    clinic.clock.set(booked.ends_at)
    clinic.finish(booked)
    clinic.send_all("2026-03-06T18:00Z")

    clinic.text_from(ALICE, "6 5 5")
    clinic.send_due()

    assert [one.tier for one in clinic.alerts()] == [Tier.AMBER]
    assert any("call your doctor today" in one for one in clinic.sms.to(ALICE))


def test_severe_pain_with_nothing_to_hold_it_against_is_for_a_person(clinic, asked):
    clinic.text_from(ALICE, "9 5 5")

    assert [one.tier for one in clinic.alerts()] == [Tier.REVIEW]
    assert Kind.CALL_DOCTOR not in clinic.kinds()


def test_a_danger_in_a_note_on_the_page_is_answered_by_text(clinic, asked):
    answer(clinic, asked, CheckInKind.AFTER_24H, (4, 4, 4), note=RED_IN_ENGLISH)
    clinic.send_due()

    [alert] = clinic.alerts()
    assert (alert.tier, alert.check_in_id) == (
        Tier.RED,
        clinic.check_ins(asked)[CheckInKind.AFTER_24H].id,
    )
    assert any("call 911 now" in one for one in clinic.sms.to(ALICE))


def test_a_plain_note_is_for_a_person(clinic, asked):
    answer(clinic, asked, CheckInKind.AFTER_24H, (4, 4, 4), note="Slept well, thank you.")

    assert [one.tier for one in clinic.alerts()] == [Tier.REVIEW]


def test_an_answer_without_a_word_or_a_worry_raises_nothing(clinic, asked):
    clinic.text_from(ALICE, "4 4 4")

    assert clinic.alerts() == []


def test_safety_texts_are_not_stopped_by_a_cancelled_appointment(clinic, asked):
    clinic.text_from(ALICE, RED_IN_ENGLISH)
    later = clinic.booked(ALICE, at="2026-03-12T17:00Z")
    clinic.cancel(later)
    clinic.send_due()

    assert clinic.message(kind=Kind.EMERGENCY).state is MessageState.ACCEPTED
