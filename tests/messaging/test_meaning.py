"""How a text was read is one word of a list, and what an earlier version kept stays readable."""

from typing import get_args

import pytest
from sqlalchemy import text

from booking.conversations.rules.reply import READ_AS, Reading
from booking.kit.keyring import seal
from booking.messaging.inbound_models import InboundMessage
from booking.messaging.meaning import Meaning
from tests.build.cast import ALICE

KEPT_BEFORE = {
    "optout": Meaning.OPT_OUT,
    "optin": Meaning.OPT_IN,
    "helpasked": Meaning.HELP,
    "confirm": Meaning.CONFIRM,
    "agree": Meaning.AGREE,
    "move": Meaning.MOVE,
    "unchanged": Meaning.UNCHANGED,
    "changed": Meaning.CHANGED,
    "scored": Meaning.SCORES,
    "unclear": Meaning.UNCLEAR,
    "other": Meaning.OTHER,
    "reaction": Meaning.REACTION,
    "note": Meaning.NOTE,
    "not understood": Meaning.NOT_UNDERSTOOD,
}


def test_every_reading_of_a_text_is_kept_under_a_word_of_its_own():
    assert set(READ_AS) == set(get_args(Reading))
    assert len(set(READ_AS.values())) == len(READ_AS)


def test_an_earlier_version_kept_no_other_words():
    assert set(KEPT_BEFORE.values()) == set(Meaning)


@pytest.mark.parametrize("word", KEPT_BEFORE)
def test_what_an_earlier_version_kept_is_read_as_the_same(clinic, word):
    clinic.booked(ALICE)
    clinic.text_from(ALICE, "C")
    with clinic.transaction() as session:
        # As it was: encrypted, and not filled up to the length of the others.
        change = text("UPDATE inbound_message SET meaning = :word")
        session.execute(change, {"word": seal(word)})

    [kept] = clinic.all(InboundMessage)

    assert kept.meaning is KEPT_BEFORE[word]
