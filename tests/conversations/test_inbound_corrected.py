"""Numbers sent again: kept within the hour, told to be late after it, never met with silence."""

import pytest

from booking.checkins.models import Answer
from booking.checkins.rules.scores import CheckInKind
from booking.messaging.handover import Handover
from booking.messaging.kinds import Kind
from tests.build.cast import ALICE, ALICES_PHONE, BOB, DANA, THEO
from tests.build.conversation import answered as answers


@pytest.fixture
def answered(clinic, asked):
    """ALICE has given three numbers, one of them wrong."""
    clinic.text_from(ALICE, "4 6 3")
    clinic.clock.pass_(minutes=5)
    return asked


def last_kind(clinic):
    return answers(clinic)[-1]


@pytest.mark.parametrize(
    "body",
    [
        "oops 5 6 3",
        "sorry I meant 5 6 3",
        "correction: 5 6 3",
        "no, 5 6 3",
        "wait 5 6 3",
        "quise decir 5 6 3",
        "perdón 5 6 3",
        "make that 5 6 3",
        "5 6 3 sorry",
        "*5 6 3",
        "5 6 3 #a1b2",
    ],
)
def test_a_correction_in_whatever_words_replaces_and_the_first_stays_in_the_history(
    clinic, answered, body
):
    clinic.text_from(ALICE, body)

    assert clinic.scores(answered, CheckInKind.AFTER_24H) == (5, 6, 3)
    assert len(clinic.all(Answer)) == 2
    assert not clinic.inbound()[-1].needs_person
    assert last_kind(clinic) is Kind.CHECK_IN_THANKS


def test_a_correction_in_two_texts_is_asked_for_and_taken(clinic, answered):
    clinic.text_from(ALICE, "oops")
    assert last_kind(clinic) is Kind.CHECK_IN_UNCLEAR
    clinic.clock.pass_(minutes=1)

    clinic.text_from(ALICE, "5 6 3")

    assert clinic.scores(answered, CheckInKind.AFTER_24H) == (5, 6, 3)
    assert not any(one.needs_person for one in clinic.inbound())


@pytest.mark.parametrize("body", ["it was 5 6 3 yesterday", "is it 5 6 3?", "5 6 3 was wrong"])
def test_what_is_no_correction_changes_nothing_and_is_asked_back(clinic, answered, body):
    clinic.text_from(ALICE, body)

    assert clinic.scores(answered, CheckInKind.AFTER_24H) == (4, 6, 3)
    assert last_kind(clinic) is Kind.CHECK_IN_UNCLEAR


def test_each_correction_after_the_hour_goes_to_a_person_and_is_told_so(clinic, answered):
    clinic.clock.pass_(minutes=61)
    clinic.text_from(ALICE, "hello, are you there")

    for _ in range(2):
        clinic.clock.pass_(minutes=1)
        clinic.text_from(ALICE, "oops 9 9 9")
        text = clinic.inbound()[-1]
        assert (text.needs_person, text.reason) == (True, Handover.LATE_NUMBERS)

    assert clinic.scores(answered, CheckInKind.AFTER_24H) == (4, 6, 3)
    assert answers(clinic)[-2:] == [Kind.CHECK_IN_LATE, Kind.CHECK_IN_LATE]
    clinic.send_due()
    assert "a person reads these" in clinic.sms.to(ALICE)[-1]


@pytest.mark.parametrize(
    "body",
    ["all zeros", "none", "nothing today", "todo cero", "no pain at all 0 0 0", "all 5s"],
)
def test_one_word_for_all_three_is_asked_back_and_never_guessed(clinic, asked, body):
    clinic.text_from(ALICE, body)

    assert clinic.scores(asked, CheckInKind.AFTER_24H) is None
    assert last_kind(clinic) is Kind.CHECK_IN_UNCLEAR
    assert not clinic.inbound()[-1].needs_person


def test_numbers_behind_a_name_are_kept_and_a_person_sees_the_name(clinic, asked):
    clinic.text_from(ALICE, "Hi it's Alice, 4 6 3")

    assert clinic.scores(asked, CheckInKind.AFTER_24H) == (4, 6, 3)
    assert clinic.inbound()[-1].needs_person


def test_numbers_behind_a_name_from_a_shared_phone_are_nobodys_until_a_person_reads(clinic):
    alices = clinic.booked(ALICE, with_=DANA, at="2026-03-05T17:00Z")
    bobs = clinic.booked(BOB, with_=THEO, at="2026-03-05T19:00Z")
    for one in (alices, bobs):
        clinic.clock.set(one.ends_at)
        clinic.finish(one)
    clinic.send_all("2026-03-06T20:00Z")

    clinic.text_from(ALICES_PHONE, "Hi it's Bob, 4 6 3")

    assert clinic.all(Answer) == []
    assert clinic.inbound()[-1].needs_person
