"""Likes of our own texts: their words are ours, and nobody's danger."""

import itertools

import pytest

from booking.checkins.rules.scores import CheckInKind
from booking.conversations.own_words import strip_quotes
from booking.kit.ids import new_id
from booking.kit.keyring import digest_of
from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import MessageState
from booking.messaging.models import Message, OptOut
from booking.patients.consent import ConsentKind
from booking.patients.models import Consent
from booking.safety.rules.red_flags import Tier
from booking.scheduling.states import State
from tests.build.cast import ALICE, CARMEN, STRANGERS_PHONE
from tests.messages.samples import LANGUAGES, TEXTED, TEXTS, facts

LIKES = (
    "Liked “{}”",
    "Loved “{}”",
    "Disliked “{}”",
    "Laughed at “{}”",
    "Emphasized “{}”",
    "Questioned “{}”",
    "Reacted 👍 to “{}”",
    "Removed a like from “{}”",
    "Removed ❤️ from “{}”",
    "\u200a\u200b👍\u200b to “\u200a\u200b{}\u200b”",
    "Le gustó “{}”",
    "Le encantó «{}»",
    "No le gustó “{}”",
    "Le dio risa “{}”",
    "Enfatizó “{}”",
    "Reaccionó con 👍 a “{}”",
    "👍 a “{}”",
    'Liked "{}"',
)


def all_of_ours():
    forms = itertools.product(sorted(TEXTED), LANGUAGES, (False, True), (False, True))
    return {TEXTS.sms(k, lang, facts(asks=asks, on_call=on)) for k, lang, asks, on in forms}


def was_sent(clinic, text, *, to, kind=Kind.HELP, channel=Channel.SMS):
    """Keep a text's row as a send leaves it."""
    with clinic.transaction() as session:
        session.add(
            Message(
                dedupe_key=str(new_id()),
                kind=kind,
                channel=channel,
                lane=1,
                recipient=to,
                language="en",
                zone="UTC",
                variables={},
                due_at=clinic.now,
                expires_at=clinic.now,
                next_attempt_at=clinic.now,
                state=MessageState.DELIVERED,
                created_at=clinic.now,
                body_digest=digest_of(text),
            )
        )


def last_text(clinic, someone):
    return clinic.sms.to(someone)[-1]


@pytest.fixture
def urged(clinic):
    """ALICE has just had a text of ours that names the emergency number."""
    clinic.booked(ALICE)
    clinic.text_from(ALICE, "hello there")
    clinic.send_due()
    assert "call 911" in last_text(clinic, ALICE)
    clinic.clock.pass_(seconds=1)
    return last_text(clinic, ALICE)


def test_a_like_of_any_text_of_ours_is_a_like_and_nothing_else(clinic):
    for text in all_of_ours():
        was_sent(clinic, text, to=ALICE.phone)

    with clinic.unit_of_work() as uow:
        for like, text in itertools.product(LIKES, all_of_ours()):
            said = strip_quotes(uow, ALICE.phone, like.format(text))
            assert said.is_reaction, like.format(text)
            assert said.words == ""


@pytest.mark.parametrize("like", LIKES)
def test_a_like_goes_to_nobody_asks_nothing_and_is_kept(clinic, urged, like):
    before = clinic.kinds()

    clinic.text_from(ALICE, like.format(urged))

    assert clinic.alerts() == []
    assert clinic.kinds() == before
    kept = clinic.inbound()[-1]
    assert (kept.body, kept.meaning, kept.needs_person) == (like.format(urged), "reaction", False)
    assert kept.handled_at == clinic.now


def test_a_like_of_what_we_say_about_stop_does_not_stop_our_texts(clinic):
    clinic.booked(ALICE)
    clinic.text_from(ALICE, "HELP")
    clinic.send_due()
    assert "STOP ends texts" in last_text(clinic, ALICE)

    clinic.text_from(ALICE, f"Liked “{last_text(clinic, ALICE)}”")

    assert clinic.all(OptOut) == []


def test_a_like_of_a_question_is_no_answer_and_asks_for_none(clinic):
    booked = clinic.finished(ALICE)
    clinic.send_all("2026-03-06T20:00Z")
    asked = last_text(clinic, ALICE)
    before = clinic.kinds()

    clinic.text_from(ALICE, f"Liked “{asked}”")
    clinic.text_from(ALICE, f"Loved “{asked}”")
    assert clinic.kinds() == before

    clinic.text_from(ALICE, "4 6 3")
    assert clinic.scores(booked, CheckInKind.AFTER_24H) == (4, 6, 3)


@pytest.mark.parametrize(
    "body",
    [
        "Liked “I have chest pain”",
        "Liked “{}” I have chest pain",
        "I have chest pain “{}”",
        "Reacted with chest pain to “{}”",
    ],
)
def test_own_words_of_danger_count_with_or_without_a_quotation(clinic, urged, body):
    clinic.text_from(ALICE, body.format(urged))

    assert [one.tier for one in clinic.alerts()] == [Tier.RED]


def test_a_shortened_quotation_is_judged_in_full(clinic, urged):
    clinic.text_from(ALICE, f"Liked “{urged[:-2]}…”")

    assert [one.tier for one in clinic.alerts()] == [Tier.RED]


def test_what_we_sent_to_another_phone_is_not_ours_to_this_one(clinic, urged):
    clinic.text_from(STRANGERS_PHONE, f"Liked “{urged}”")

    assert [one.tier for one in clinic.alerts()] == [Tier.RED]


def test_a_mail_of_the_same_words_proves_nothing(clinic):
    text = "Please call 911 now. I have chest pain"
    was_sent(clinic, text, to=ALICE.phone, channel=Channel.EMAIL)

    clinic.text_from(ALICE, f"Liked “{text}”")

    assert [one.tier for one in clinic.alerts()] == [Tier.RED]


def test_a_thumb_on_what_a_person_asked_is_an_answer(clinic):
    clinic.booked(ALICE)
    asked = "Do you have chest pain?"
    was_sent(clinic, asked, to=ALICE.phone, kind=Kind.STAFF_ANSWER)

    clinic.text_from(ALICE, f"Liked “{asked}”")

    assert [one.tier for one in clinic.alerts()] == [Tier.RED]
    assert clinic.inbound()[-1].needs_person


def test_a_machine_that_sends_our_texts_back_is_answered_once_a_day(clinic, urged):
    for _ in range(20):
        clinic.text_from(ALICE, urged)
        clinic.clock.pass_(seconds=30)

    assert clinic.alerts() == []
    assert clinic.kinds().count(Kind.NEUTRAL_ANSWER) == 1
    assert clinic.inbound()[-1].needs_person


def test_a_letter_under_our_quoted_text_is_the_answer(clinic):
    booked = clinic.booked(CARMEN)
    clinic.send_due()

    clinic.text_from(CARMEN, f"> {last_text(clinic, CARMEN)}\nC")

    assert clinic.state(booked) is State.CONFIRMED


def test_the_quoted_words_of_an_opt_out_are_not_kept_as_consent(clinic, urged):
    clinic.text_from(ALICE, f"“{urged}” STOP", sid="SM" + "c" * 32)

    last = clinic.all(Consent, Consent.kind == ConsentKind.SMS, order_by=Consent.at)[-1]
    assert (last.given, last.wording) == (False, "the text SM" + "c" * 32)
