"""A send asks the database little, and no more for many messages than for one."""

import pytest

from booking.messaging.kinds import Kind
from tests.build.cast import ALICE, CARMEN, DANA, STRANGERS_PHONE
from tests.build.reminder import claim, start
from tests.build.statements import noted


@pytest.fixture
def last_look(clinic):
    """Claims what is due and looks at it once more; returns the texts and what that asked."""

    def looked():
        ids = claim(clinic)
        with noted(clinic.engine) as asked:
            outgoing = start(clinic, ids)
        return outgoing.texts, asked

    return looked


def test_a_last_look_asks_no_more_for_two_sessions_than_for_one(clinic, last_look):
    clinic.booked(ALICE, with_=DANA, at="2026-03-05T14:00Z")
    texts, for_one = last_look()
    assert len(texts) == 1
    clinic.booked(ALICE, with_=DANA, at="2026-03-06T14:00Z")
    clinic.booked(CARMEN, with_=DANA, at="2026-03-07T14:00Z")

    texts, for_two = last_look()

    assert len(texts) == 2
    # On PostgreSQL one of these is the lock of the phones.
    assert len(for_two) == len(for_one) <= 16


def test_a_last_look_at_a_check_in_reads_its_session_and_itself_once(clinic, last_look):
    clinic.finished(ALICE, with_=DANA, at="2026-03-03T15:00Z")
    clinic.send_due()
    asks = [one.due_at for one in clinic.messages(kind=Kind.CHECK_IN)]
    clinic.clock.set(min(asks))

    texts, asked = last_look()

    assert len(texts) == 1
    assert len(asked) <= 16
    assert len([one for one in asked if "FROM appointment" in one]) == 1
    assert len([one for one in asked if "FROM check_in" in one]) == 1


def test_a_last_look_at_an_answer_reads_no_check_in(clinic, last_look):
    clinic.text_from(STRANGERS_PHONE, "what is this")

    texts, asked = last_look()

    assert len(texts) == 1
    assert len(asked) <= 6
    assert not [one for one in asked if "FROM check_in" in one]
