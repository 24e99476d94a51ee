"""Texts from numbers nobody gave: what they are answered, how often, and in which language."""

import pytest

from booking.messaging.kinds import Kind
from tests.build.cast import ALICE, CARMEN, STRANGERS_PHONE

ANOTHER = "+12125550198"


def answers(clinic, body, sender=STRANGERS_PHONE):
    clinic.text_from(sender, body)
    clinic.send_due()
    return clinic.sms.to(sender)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("AYUDA", "mensajes de citas"),
        ("HELP", "booking texts"),
        ("ALTO", "no enviaremos mas mensajes"),
        ("no más mensajes", "no enviaremos mas mensajes"),
        ("STOP", "no more texts"),
        ("tengo dolor de pecho", "Llame ahora al 911"),
        ("I have chest pain", "Please call 911 now"),
        ("hola?", "thank you"),
    ],
)
def test_a_stranger_is_answered_in_the_language_of_the_word_that_was_read(clinic, body, words):
    [answer] = answers(clinic, body)

    assert words in answer


def test_a_stranger_who_starts_texts_again_is_answered_in_the_language_of_the_word(clinic):
    answers(clinic, "BAJA")
    clinic.clock.pass_(minutes=1)

    assert "vuelven a estar activos" in answers(clinic, "INICIAR")[-1]


def test_a_patient_is_answered_in_their_own_language_whatever_the_word(clinic):
    clinic.booked(CARMEN)
    clinic.booked(ALICE, at="2026-03-05T16:00Z")

    assert "mensajes de citas" in answers(clinic, "HELP", CARMEN.phone)[-1]
    assert "booking texts" in answers(clinic, "AYUDA", ALICE.phone)[-1]


def test_a_neutral_answer_goes_once_in_24_hours_and_not_once_a_date(clinic):
    clinic.clock.set("2026-03-03T23:59Z")
    answers(clinic, "hello")
    clinic.clock.set("2026-03-04T00:01Z")
    answers(clinic, "hello?")
    clinic.clock.set("2026-03-04T23:58Z")
    answers(clinic, "anybody?")
    assert clinic.kinds(to=STRANGERS_PHONE) == [Kind.NEUTRAL_ANSWER]
    answers(clinic, "hello", ANOTHER)
    assert clinic.kinds(to=ANOTHER) == [Kind.NEUTRAL_ANSWER]

    clinic.clock.set("2026-03-04T23:59Z")
    answers(clinic, "hello again")

    assert clinic.kinds(to=STRANGERS_PHONE) == [Kind.NEUTRAL_ANSWER] * 2
    assert all(one.needs_person for one in clinic.inbound())
