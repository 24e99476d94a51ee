"""Why a message stands where it does reads as it did when rows held the sentences."""

from importlib.util import module_from_spec, spec_from_file_location

import pytest

from booking.messaging.models import Message, MessageEvent
from booking.messaging.reason import Reason
from booking.web.staff.message_lines import why
from booking.web.staff.reason_words import REASON_WORDS, reason_words
from tests.build.databases import MIGRATIONS

NEVER_A_SENTENCE = {Reason.LINK_CLOSED}
"""Came after reasons were words of a list."""


@pytest.fixture(scope="module")
def codes():
    """The sentences of the version before, and the word that the step gives each."""
    spec = spec_from_file_location("reasons", MIGRATIONS / "versions" / "0016_reasons.py")
    step = module_from_spec(spec)
    spec.loader.exec_module(step)
    return step.CODES


def test_every_reason_has_words():
    assert set(REASON_WORDS) == set(Reason)


def test_each_sentence_that_is_stored_becomes_the_reason_that_reads_like_it(codes):
    assert {*codes.values(), Reason.OTHER_SIDE} == set(Reason) - NEVER_A_SENTENCE
    for sentence, code in codes.items():
        assert reason_words(sentence).startswith(REASON_WORDS[Reason(code)])


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"reason": Reason.QUIET_HOURS}, "quiet hours"),
        ({"reason_before": "quiet hours"}, "quiet hours"),
        ({"reason": Reason.OTHER_SIDE, "reason_before": "refused (400)"}, "refused (400)"),
        ({"reason": Reason.OTHER_SIDE, "error_code": 30003}, "off or out of reach"),
        ({"reason": Reason.OTHER_SIDE}, "slow down"),
        ({}, ""),
    ],
    ids=["ours", "written by the version before", "mapped", "a known code", "in words", "none"],
)
def test_staff_reads_why(told, words):
    said = [{"said": "slow down"}] if told == {"reason": Reason.OTHER_SIDE} else []
    history = [MessageEvent(detail=detail) for detail in ({}, *said, {"owner": "sender-1"})]

    found = why(Message(**told), history)

    assert words in found
    assert bool(found) is bool(words)


def test_a_line_of_a_history_is_read_in_either_form():
    assert reason_words("never_taken") == "never taken"
    assert reason_words("never taken, and too late now") == "never taken, and too late now"
