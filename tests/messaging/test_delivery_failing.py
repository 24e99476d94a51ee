"""A message whose words cannot be made fails by itself: its neighbours leave, and staff can see."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from booking.messaging.inbound_models import OpenQuestion
from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import MessageEventType, MessageState
from booking.messaging.models import Message, MessageEvent
from booking.messaging.outbox import NewMessage, queue
from booking.messaging.reason import Reason
from booking.monitoring.queries import oldest_due
from tests.build.cast import ALICE, CARMEN, DORA, NEW_YORK
from tests.build.reminder import WEDNESDAY, reminder_of

FAILED, ACCEPTED = MessageState.FAILED, MessageState.ACCEPTED


def write(clinic, kind, to, **more):
    """Write a message that is due now; returns it."""
    draft = {
        "kind": kind,
        "channel": Channel.SMS,
        "recipient": to,
        "language": "en",
        "zone": NEW_YORK,
        "due_at": clinic.now,
        "expires_at": clinic.now + timedelta(hours=1),
        "subject": to,
        **more,
    }
    with clinic.unit_of_work() as uow:
        assert queue(uow, NewMessage(**draft))
    return clinic.message(kind=kind, to=to)


def spoil_words(clinic):
    """Leave what people wrote as it is when its key is gone."""
    with clinic.transaction() as session:
        session.execute(
            text("UPDATE message SET words = :junk WHERE words IS NOT NULL"),
            {"junk": b"no key fits"},
        )


def without_language(clinic):
    return write(clinic, Kind.HELP, DORA.phone, language="fr")


def without_a_fact(clinic):
    return write(clinic, Kind.CONFIRMATION, DORA.phone)


def without_a_key(clinic):
    message = write(clinic, Kind.STAFF_ANSWER, DORA.phone, body="Behind the house.")
    spoil_words(clinic)
    return message


def without_words(clinic):
    return write(clinic, Kind.STAFF_ANSWER, DORA.phone)


def without_a_zone(clinic):
    """Not even the last look can be taken at this one."""
    return write(clinic, Kind.HELP, DORA.phone, zone="Mars/Olympus")


@pytest.mark.parametrize("spoilt", [without_language, without_a_fact, without_a_key, without_words])
def test_of_three_texts_one_cannot_be_made_and_the_other_two_leave(clinic, spoilt):
    write(clinic, Kind.HELP, ALICE.phone)
    bad = spoilt(clinic)
    write(clinic, Kind.HELP, CARMEN.phone)

    clinic.send_due()

    assert {one.to for one in clinic.sms.sent} == {ALICE.phone, CARMEN.phone}
    with clinic.reading() as session:
        found = select(Message.state, Message.reason, Message.final_at, Message.lease_owner)
        kept = session.execute(found.where(Message.id == bad.id)).one()
    assert tuple(kept) == (FAILED, Reason.UNRENDERABLE, clinic.now, None)


def test_one_that_cannot_even_be_looked_at_is_put_off_and_the_others_leave(clinic):
    write(clinic, Kind.HELP, ALICE.phone)
    bad = without_a_zone(clinic)

    clinic.send_due()
    clinic.clock.pass_(minutes=2)
    with clinic.reading() as session:
        late = oldest_due(session, clinic.now)
    clinic.send_due()

    assert [one.to for one in clinic.sms.sent] == [ALICE.phone]
    assert clinic.history(bad) == ["claimed", MessageEventType.WORDS_FAILED] * 2
    assert late == bad.due_at, "it raises the alarm of what waits too long"


def test_one_that_was_put_off_leaves_as_soon_as_the_fault_is_mended(clinic):
    bad = without_a_zone(clinic)
    clinic.send_due()
    with clinic.transaction() as session:
        session.execute(update(Message).values(zone=NEW_YORK))
    clinic.clock.pass_(minutes=2)

    clinic.send_due()

    assert clinic.reload(bad).state is ACCEPTED
    assert clinic.reload(bad).reason is None


def test_one_that_was_put_off_until_its_time_is_over_fails_with_the_reason(clinic):
    bad = without_a_zone(clinic)

    for _ in range(61):
        clinic.send_due()
        clinic.clock.pass_(minutes=1)

    with clinic.reading() as session:
        kept = session.execute(select(Message.state, Message.reason)).one()
    assert tuple(kept) == (FAILED, Reason.UNRENDERABLE)
    assert clinic.history(bad)[-1] == MessageEventType.WORDS_FAILED


def test_a_reminder_whose_text_cannot_be_made_goes_by_mail(clinic, reminded):
    text = reminder_of(clinic, reminded)
    with clinic.transaction() as session:
        session.execute(
            update(Message).where(Message.id == text.id).values(variables={}, language="fr")
        )

    clinic.send_due()

    assert clinic.reload(text).state is FAILED
    [mail] = clinic.messages(kind=Kind.REMINDER, channel=Channel.EMAIL, about=reminded)
    assert mail.dedupe_key.endswith(":instead")


def test_its_history_tells_what_went_wrong_and_it_is_not_tried_again(clinic):
    bad = without_language(clinic)

    clinic.send_due()
    clinic.clock.pass_(minutes=2)
    clinic.send_due()

    assert clinic.history(bad) == ["claimed", MessageEventType.WORDS_FAILED]
    last = clinic.all(MessageEvent, order_by=MessageEvent.id)[-1]
    assert (last.state, last.detail["reason"]) == (FAILED, Reason.UNRENDERABLE)
    assert "NotFound" in last.detail["error"]


def test_nothing_a_message_would_have_told_stands_in_its_history(clinic):
    booked = clinic.booked(ALICE, at=WEDNESDAY)
    with clinic.transaction() as session:
        session.execute(update(Message).values(language="fr"))

    clinic.send_due()

    told = str([one.detail for one in clinic.all(MessageEvent)])
    assert {one.state for one in clinic.messages(kind=Kind.CONFIRMATION)} == {FAILED}
    assert not any(word in told for word in ("Alice", "Dana", str(booked.id), "https"))


def test_a_text_that_never_left_leaves_no_question_open(clinic):
    clinic.booked(ALICE, at=WEDNESDAY)
    with clinic.transaction() as session:
        session.execute(update(Message).values(language="fr"))

    clinic.send_due()

    assert [one for one in clinic.all(OpenQuestion) if one.closed_at is None] == []


def test_a_stop_is_heard_though_an_answer_to_that_phone_cannot_be_decrypted(clinic):
    clinic.booked(ALICE, at=WEDNESDAY)
    clinic.send_due()
    waiting = write(
        clinic,
        Kind.STAFF_ANSWER,
        ALICE.phone,
        body="Behind the house.",
        due_at=clinic.now + timedelta(minutes=5),
    )
    spoil_words(clinic)

    clinic.text_from(ALICE, "STOP")

    with clinic.reading() as session:
        state = session.scalar(select(Message.state).where(Message.id == waiting.id))
    assert state is MessageState.SUPPRESSED
