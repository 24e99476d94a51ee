"""A check-in's answer that cannot be kept: no word of danger in its note goes with it."""

import pytest
from sqlalchemy import select

from booking.checkins.models import Answer
from booking.messaging.inbound_models import InboundMessage
from booking.messaging.kinds import Kind
from booking.messaging.models import Message
from booking.safety.models import Alert
from booking.safety.rules.red_flags import Tier

NUMBERS = {"pain": "2", "tiredness": "2", "stiffness": "2"}


@pytest.fixture
def page(check_in_page):
    return check_in_page


def rows(runtime, model):
    with runtime.database.read_only() as session:
        found = session.scalars(select(model)).all()
        session.expunge_all()
    return found


def closed(page, clock):
    clock.pass_(hours=49)
    return page


def answered_long_ago(page, clock):
    thanks = page.form().send(**NUMBERS)
    clock.pass_(hours=2)
    return thanks


@pytest.mark.parametrize("late", [closed, answered_long_ago])
def test_a_danger_in_a_note_that_comes_too_late_is_answered_and_seen(page, runtime, clock, late):
    answer = late(page, clock).form().send(**NUMBERS, note="I have chest pain")

    assert answer.status == 422
    assert "Please get help now" in answer.text
    [alert] = rows(runtime, Alert)
    [kept] = rows(runtime, InboundMessage)
    assert (alert.tier, alert.inbound_sid) == (Tier.RED, kept.sid)
    assert (kept.body, kept.needs_person) == ("I have chest pain", True)
    assert Kind.SAFETY in {one.kind for one in rows(runtime, Message)}


@pytest.mark.parametrize("late", [closed, answered_long_ago])
def test_an_ordinary_note_that_comes_too_late_is_for_a_person_to_read(page, runtime, clock, late):
    late(page, clock).form().send(**NUMBERS, note="My hands ache in the morning")

    [kept] = rows(runtime, InboundMessage)
    assert (kept.body, kept.needs_person) == ("My hands ache in the morning", True)
    assert rows(runtime, Alert) == []


def test_a_danger_counts_though_a_number_is_missing(page, runtime):
    answer = page.form().send(pain="2", tiredness="2", note="I want to kill myself")

    assert answer.status == 422
    assert "You do not have to carry this alone" in answer.text
    assert [one.tier for one in rows(runtime, Alert)] == [Tier.CRISIS]
    assert rows(runtime, Answer) == []


def test_an_ordinary_note_beside_a_missing_number_waits_for_the_number(page, runtime):
    page.form().send(pain="2", tiredness="2", note="Slept well")

    assert rows(runtime, InboundMessage) == []


def test_the_same_note_sent_twice_is_heeded_once(page, runtime, clock):
    again = closed(page, clock).form().send(**NUMBERS, note="I have chest pain")
    again.form().send()

    assert len(rows(runtime, Alert)) == len(rows(runtime, InboundMessage)) == 1
