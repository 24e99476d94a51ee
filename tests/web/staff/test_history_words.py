"""What happened to a message, as staff reads it: lines of today, and those stored before."""

import pytest

from booking.messaging.message import MessageEventType
from booking.messaging.models import MessageEvent
from booking.messaging.ports import Trouble
from booking.web.staff.history_words import EVENT_WORDS, TROUBLE_WORDS, step_words


def line(type_, **detail):
    return step_words(MessageEvent(what=type_, type=type_, detail=detail))


def test_everything_that_can_happen_and_be_met_has_words():
    assert set(EVENT_WORDS) == set(MessageEventType)
    assert set(TROUBLE_WORDS) == set(Trouble)


@pytest.mark.parametrize(
    ("detail", "told"),
    [
        ({"error": 30006}, "The number is a landline or out of reach."),
        ({"error": 99999}, "The carrier's error 99999."),
        ({"said": "refused", "about": "400"}, "refused (400)"),
        ({"said": "put_off", "about": "451"}, "put off (451)"),
        ({"said": "held_up"}, "the sender was held up"),
        ({"said": "foreign_answer", "about": "302"}, "an answer that is not the carrier's (302)"),
        ({"said": "KeyError"}, "KeyError"),
        ({"reason": "never_taken"}, "never taken"),
        ({"status": "undelivered", "code": 30003}, "undelivered, error 30003"),
    ],
)
def test_a_line_says_what_happened_and_what_was_met(detail, told):
    assert line(MessageEventType.FAILED, **detail) == f"failed: {told}"


@pytest.mark.parametrize(
    ("detail", "told"),
    [
        ({"said": "The number is a landline."}, "The number is a landline."),
        ({"said": "refused (400)"}, "refused (400)"),
        ({"reason": "quiet hours"}, "quiet hours"),
        (
            {"reason": "the appointment is needs reassignment"},
            "the appointment waits for a new therapist",
        ),
    ],
)
def test_a_line_that_the_version_before_wrote_still_reads_well(detail, told):
    assert line(MessageEventType.FAILED, **detail) == f"failed: {told}"


def test_a_line_without_a_type_is_read_by_what_the_version_before_called_it():
    old = MessageEvent(what="called_off_by_hand", type=None, detail={})

    assert step_words(old) == "called off by hand"
