"""Texts that stop texts, or start them again: the phone's, before anything else."""

import pytest

from booking.conversations import inbound as replies
from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import MessageState
from booking.messaging.models import OptOut
from booking.patients.consent import ConsentKind
from booking.patients.models import Consent
from booking.safety.rules.red_flags import Tier
from booking.scheduling.states import State
from tests.build.cast import ALICE, STRANGERS_PHONE
from tests.build.conversation import answered


def test_stop_is_confirmed_once_and_nothing_follows(clinic, told):
    clinic.text_from(ALICE, "STOP")
    clinic.send_all("2026-03-12T17:00Z")

    assert answered(clinic)[-1] == Kind.OPTED_OUT
    assert len(clinic.sms.to(ALICE)) == 2
    [stopped] = clinic.all(OptOut)
    assert (stopped.phone, stopped.sender) == (ALICE.phone, clinic.runtime.clinic.sender)


def test_after_stop_reminders_come_by_mail(clinic, told):
    clinic.text_from(ALICE, "STOP")
    clinic.send_all("2026-03-12T17:00Z")

    mails = clinic.messages(kind=Kind.REMINDER, channel=Channel.EMAIL)
    assert [one.state for one in mails] == [MessageState.ACCEPTED] * 2


def test_stop_twice_is_confirmed_once(clinic, told):
    clinic.text_from(ALICE, "STOP")
    clinic.text_from(ALICE, "Stop please!")

    assert answered(clinic).count(Kind.OPTED_OUT) == 1
    assert len(clinic.all(OptOut)) == 1


@pytest.mark.parametrize("body", ["STOP", "stop please", "no más mensajes", "BAJA"])
def test_an_opt_out_is_kept_with_the_words_it_came_in(clinic, asked, body):
    clinic.text_from(ALICE, body)

    last = clinic.all(Consent, Consent.kind == ConsentKind.SMS, order_by=Consent.at)[-1]
    assert (last.given, last.wording, last.source) == (False, body, "text")


@pytest.mark.parametrize("body", ["STOP. my lupus is bad", "4 6 3. STOP"])
def test_what_is_said_beside_an_opt_out_stays_where_texts_are_encrypted(clinic, asked, body):
    clinic.text_from(ALICE, body, sid="SM" + "d" * 32)

    last = clinic.all(Consent, Consent.kind == ConsentKind.SMS, order_by=Consent.at)[-1]
    assert (last.given, last.wording) == (False, "the text SM" + "d" * 32)
    assert clinic.inbound()[-1].body == body


def test_an_opt_out_comes_before_the_numbers_beside_it(clinic, asked):
    clinic.text_from(ALICE, "4 6 3 STOP")

    assert answered(clinic)[-1] is Kind.OPTED_OUT
    assert Kind.CHECK_IN_THANKS not in answered(clinic)


def test_an_unknown_number_may_opt_out_too(clinic):
    clinic.text_from(STRANGERS_PHONE, "STOP")
    clinic.send_due()

    assert len(clinic.sms.to(STRANGERS_PHONE)) == 1
    clinic.text_from(STRANGERS_PHONE, "hello")
    clinic.send_due()
    assert len(clinic.sms.to(STRANGERS_PHONE)) == 1


def test_start_after_stop_lets_texts_come_again(clinic, told):
    clinic.text_from(ALICE, "STOP")
    clinic.clock.pass_(minutes=1)

    clinic.text_from(ALICE, "START")
    clinic.send_due()

    assert clinic.all(OptOut) == []
    assert "texts are on again" in clinic.sms.to(ALICE)[-1]
    clinic.move(told, "2026-03-12T17:00Z")
    planned = clinic.messages(kind=Kind.REMINDER, about=told, state=MessageState.PENDING)
    assert {one.channel for one in planned} == {Channel.SMS}


def test_start_without_a_stop_agrees_to_nothing(clinic):
    clinic.text_from(STRANGERS_PHONE, "START")

    assert clinic.all(Consent) == []
    assert clinic.kinds() == [Kind.NEUTRAL_ANSWER]


def test_yes_without_a_stop_is_somebodys_answer_and_for_a_person(clinic, told):
    clinic.text_from(ALICE, "yes")

    assert clinic.inbound()[-1].needs_person
    assert clinic.state(told) is State.BOOKED


def test_of_a_text_that_breaks_something_the_opt_out_and_the_danger_stand_all_the_same(
    clinic, told
):
    inbound = replies.Inbound("SM" + "e" * 32, ALICE.phone, "+15005550006", "STOP. Chest pain")
    with clinic.unit_of_work() as uow:
        replies.store_inbound(uow, inbound)

    for _ in range(2):
        with clinic.unit_of_work() as uow:
            replies.process_safety_only(uow, inbound.sid, clinic.runtime.subjects)

    assert [one.tier for one in clinic.alerts()] == [Tier.RED]
    assert len(clinic.all(OptOut)) == 1
    assert sorted(answered(clinic)[-2:]) == [Kind.EMERGENCY, Kind.OPTED_OUT]
    assert clinic.inbound()[-1].handled_at is None
