import pytest

from booking.conversations.rules.staff_reply import LONGEST, staff_words
from booking.kit.errors import InvalidInput
from booking.messaging.rules.sms_segments import segments
from tests.refusals import refused


def test_what_was_typed_is_trimmed_and_its_signs_made_plain():
    assert staff_words("  “Yes” – behind\r\nthe house…  ") == '"Yes" - behind\nthe house...'


def test_an_answer_of_the_longest_length_is_taken_and_one_more_is_not():
    assert staff_words("x" * LONGEST)
    with refused(InvalidInput, "481"):
        staff_words("x" * (LONGEST + 1))


def test_the_longest_answer_is_four_segments_of_the_plain_alphabet_at_most():
    assert segments("x" * LONGEST) == 4


@pytest.mark.parametrize("raw", ["", "   ", "\n\r\n"])
def test_an_empty_answer_is_refused(raw):
    with refused(InvalidInput, "Write something"):
        staff_words(raw)


@pytest.mark.parametrize(
    "raw",
    [
        "How is your lupus today?",
        "About your LUPUS: call us",
        "Su artritis, ¿mejor?",
        "The diagnóstico came",
        "Sjögren's again?",
        "Take your prednisone first",
    ],
)
def test_an_illness_or_a_medicine_is_not_named_in_a_text(raw):
    with refused(InvalidInput, "or call"):
        staff_words(raw)


@pytest.mark.parametrize(
    "raw", ["Please ring the lower bell.", "See you on Friday at 3.", "¿Puede el martes?"]
)
def test_ordinary_answers_go(raw):
    assert staff_words(raw) == raw
