"""A word that ends texts and may mean the session: both are seen to."""

import pytest

from booking.messaging.handover import Handover
from booking.messaging.kinds import Channel, Kind
from booking.messaging.models import OptOut
from booking.scheduling.states import State
from tests.build.cast import ALICE, ALICES_PHONE, BOB, CARMEN, DANA, STRANGERS_PHONE, THEO
from tests.build.conversation import SESSION


@pytest.mark.parametrize(
    "body", ["CANCEL", "please cancel", "cancelar", "END", "QUIT", "cancel it", "ya no quiero"]
)
def test_cancel_in_answer_to_a_reminder_ends_texts_and_a_person_hears_that_a_session_stands(
    clinic, told, body
):
    clinic.text_from(ALICE, body)

    assert len(clinic.all(OptOut)) == 1
    assert clinic.state(told) is State.BOOKED
    text = clinic.inbound()[-1]
    assert (text.needs_person, text.reason) == (True, Handover.SESSION_STANDS)


def test_a_mail_tells_that_the_session_stands_and_how_it_is_cancelled(clinic, told):
    clinic.text_from(ALICE, "CANCEL")
    clinic.send_due()

    mail = clinic.email.to(ALICE)[-1]
    assert mail.subject == "No more texts; your session stands"
    assert "Your session is not cancelled: it stands" in mail.text
    assert "If you want to cancel or move it:\nhttps://book.example.org/a/" in mail.text
    assert "text START to" in mail.text


def test_the_mail_is_in_the_patients_language(clinic):
    clinic.booked(CARMEN, at=SESSION)
    clinic.send_due()

    clinic.text_from(CARMEN, "cancelar")
    clinic.send_due()

    mail = clinic.email.to(CARMEN)[-1]
    assert mail.subject == "No habrá más mensajes; su cita sigue en pie"
    assert "envíe START" in mail.text


def test_a_stop_that_names_the_texts_needs_no_person_but_has_the_mail_too(clinic, told):
    clinic.text_from(ALICE, "STOP")

    assert not clinic.inbound()[-1].needs_person
    assert len(clinic.messages(kind=Kind.OPTED_OUT, channel=Channel.EMAIL)) == 1


def test_cancel_after_a_stop_reaches_a_person_all_the_same_and_is_mailed_once(clinic, told):
    clinic.text_from(ALICE, "STOP")
    clinic.clock.pass_(minutes=1)
    clinic.text_from(ALICE, "cancel")

    assert clinic.inbound()[-1].reason is Handover.SESSION_STANDS
    assert len(clinic.messages(kind=Kind.OPTED_OUT, channel=Channel.EMAIL)) == 1


def test_cancel_where_no_session_stands_is_an_opt_out_and_nothing_else(clinic, told):
    clinic.cancel(told)

    clinic.text_from(ALICE, "CANCEL")
    clinic.text_from(STRANGERS_PHONE, "CANCEL")

    assert len(clinic.all(OptOut)) == 2
    assert [one.needs_person for one in clinic.inbound()] == [False, False]
    assert clinic.messages(kind=Kind.OPTED_OUT, channel=Channel.EMAIL) == []


def test_each_patient_of_a_shared_phone_hears_of_their_own_session(clinic):
    clinic.booked(ALICE, with_=DANA, at=SESSION)
    clinic.booked(BOB, with_=THEO, at="2026-03-12T18:00Z")
    clinic.send_due()

    clinic.text_from(ALICES_PHONE, "CANCEL")
    clinic.send_due()

    assert clinic.inbound()[-1].reason is Handover.SESSION_STANDS
    assert "11 March" in clinic.email.to(ALICE)[-1].text
    assert "12 March" in clinic.email.to(BOB)[-1].text


def test_the_mail_is_not_sent_where_the_session_was_cancelled_before_it_left(clinic, told):
    clinic.text_from(ALICE, "CANCEL")
    clinic.cancel(told)
    clinic.send_due()

    subjects = [mail.subject for mail in clinic.email.to(ALICE)]
    assert "No more texts; your session stands" not in subjects


def test_an_opt_out_beside_danger_still_raises_the_alert(clinic, told):
    for body in ("I no longer want these texts, I have chest pain", "cancela. me duele el pecho"):
        clinic.text_from(ALICE, body)

    assert clinic.alerts() != []
    assert len(clinic.all(OptOut)) == 1


def test_a_wrong_number_ends_texts_and_a_person_hears_of_it(clinic, told):
    clinic.text_from(ALICE, "wrong number")

    assert len(clinic.all(OptOut)) == 1
    assert clinic.inbound()[-1].needs_person


def test_agreeing_again_on_the_page_after_a_stop_says_how_texts_come_again(clinic, told):
    clinic.text_from(ALICE, "STOP")
    clinic.booked(ALICE, at="2026-03-12T17:00Z")
    clinic.send_due()

    mail = clinic.email.to(ALICE)[-1]
    assert "your phone has stopped them earlier" in mail.text
    assert f"text START to {clinic.runtime.clinic.sender}" in mail.text


def test_who_never_stopped_texts_is_told_nothing_of_taking_them_up_again(clinic, told):
    assert "START" not in clinic.email.to(ALICE)[-1].text
