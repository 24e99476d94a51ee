"""Two who need the same locks at once: one waits, and neither is ever killed by a deadlock."""

import threading
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial

import pytest

from booking.checkins import service as check_ins
from booking.checkins.rules.scores import CheckInKind, Scores
from booking.checkins.service import NewAnswer
from booking.clinic.actor import PatientActor
from booking.conversations import queries as conversation_store
from booking.messaging import delivery
from booking.messaging import queries as message_store
from booking.messaging import question_queries as question_store
from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import MessageState
from booking.messaging.models import Message, OptOut
from booking.scheduling import queries as appointment_store
from booking.scheduling.models import Appointment
from booking.scheduling.states import State
from tests.build.cast import ALICE, BOB, CORA, THEO
from tests.build.reminder import start
from tests.build.times import utc
from tests.concurrency.race import race
from tests.concurrency.test_holds import NOON, somebody

ROUNDS = 4
SOON = 0.3
"""Seconds one waits at a meeting for another, who may be kept from it by our own lock."""


@contextmanager
def meeting(*places):
    """Let those who come out of these functions wait for each other there."""
    line = threading.Barrier(2)

    def after(real):
        def call(*arguments, **more):
            result = real(*arguments, **more)
            # Whoever waits in vain goes on: the other may be kept from coming by our own lock.
            with suppress(threading.BrokenBarrierError):
                line.wait(SOON)
            return result

        return call

    with pytest.MonkeyPatch.context() as patch:
        for module, name in places:
            patch.setattr(module, name, after(getattr(module, name)))
        yield


def claim(clinic, owner="sender-1", limit=delivery.BATCH):
    claimant = delivery.Worker(owner, timedelta(minutes=1), limit)
    with clinic.unit_of_work() as uow:
        claimed = delivery.claim_texts(uow, claimant, rate=100.0)
    return claimed.ids


def told(clinic, patient, at):
    """Book, and let the confirmation arrive."""
    booked = clinic.booked(patient, at=at)
    clinic.send_due()
    for one in clinic.messages(about=booked, kind=Kind.CONFIRMATION, channel=Channel.SMS):
        clinic.report(one, "delivered")
    return booked


def reminded(clinic, number):
    """A patient's appointment whose first reminder is claimed; the appointment and the ids."""
    patient = somebody(number)
    booked = told(clinic, patient, NOON + timedelta(days=8 + number))
    clinic.clock.set(clinic.messages(kind=Kind.REMINDER, about=booked)[0].due_at)
    return patient, booked, claim(clinic)


def answer(clinic, check_in):
    with clinic.unit_of_work(PatientActor(check_in.patient_id)) as uow:
        check_ins.record_scores(uow, check_in.id, NewAnswer(Scores(3, 3, 3), "web"))


LAST_LOOK_HAS_APPOINTMENTS = (appointment_store, "lock_of_messages")
LAST_LOOK_HAS_MESSAGES = (message_store, "by_ids_for_update")


def test_a_stop_against_the_last_look_at_a_reminder(clinic):
    for number in range(ROUNDS):
        patient, _, ids = reminded(clinic, number)
        assert len(ids) == 1
        with meeting(LAST_LOOK_HAS_APPOINTMENTS, (message_store, "unsent_texts_to")):
            result = race(partial(start, clinic, ids), partial(clinic.text_from, patient, "STOP"))

        [left] = [len(one.texts) for one in result.won if isinstance(one, delivery.Outgoing)]
        state = clinic.get(Message, ids[0]).state
        assert state is (MessageState.SENDING if left else MessageState.SUPPRESSED)


@pytest.mark.parametrize("step", ["move", "cancel"])
def test_a_stop_against_a_change_of_the_appointment(clinic, step):
    for number in range(ROUNDS):
        patient = somebody(number)
        booked = told(clinic, patient, NOON + timedelta(days=8 + number))
        change = partial(clinic.cancel, booked, by=CORA)
        if step == "move":
            change = partial(clinic.move, booked, NOON + timedelta(days=40 + number), by=CORA)
        with meeting((appointment_store, "get_for_update"), (message_store, "unsent_texts_to")):
            race(change, partial(clinic.text_from, patient, "STOP"))

        now = clinic.get(Appointment, booked.id)
        assert (now.version, len(clinic.all(OptOut, OptOut.phone == patient.phone))) == (2, 1)


def test_a_yes_against_the_next_reminder_of_the_same_appointment(clinic):
    for number in range(ROUNDS):
        patient, booked, ids = reminded(clinic, number)
        with meeting(LAST_LOOK_HAS_MESSAGES, (conversation_store, "open_question")):
            result = race(partial(start, clinic, ids), partial(clinic.text_from, patient, "C"))

        [left] = [one.texts for one in result.won if isinstance(one, delivery.Outgoing)]
        assert len(left) == len(ids)
        assert clinic.state(booked) in {State.CONFIRMED, State.BOOKED}


@pytest.mark.parametrize("change", ["move", "cancel"])
def test_a_yes_against_a_change_of_the_same_appointment(clinic, change):
    for number in range(ROUNDS):
        patient = somebody(number)
        booked = told(clinic, patient, NOON + timedelta(days=8 + number))
        changed = partial(clinic.cancel, booked, by=CORA)
        if change == "move":
            changed = partial(clinic.move, booked, NOON + timedelta(days=40 + number), by=CORA)
        with meeting((message_store, "unsent_of"), (conversation_store, "open_question")):
            race(changed, partial(clinic.text_from, patient, "C"))

        assert clinic.state(booked) in {State.CANCELLED, State.BOOKED, State.CONFIRMED}


def test_an_answer_on_the_web_against_its_own_nudge(clinic):
    for number in range(ROUNDS):
        patient = somebody(number)
        booked = clinic.finished(patient, at=NOON + timedelta(weeks=number))
        asked = clinic.check_ins(booked)[CheckInKind.AFTER_24H]
        ask, nudge = clinic.messages(kind=Kind.CHECK_IN, about=booked)
        clinic.clock.set(ask.due_at)
        clinic.send_due()
        clinic.clock.set(max(nudge.due_at, clinic.now + timedelta(minutes=1)))
        ids = claim(clinic)
        assert nudge.id in ids
        with meeting(LAST_LOOK_HAS_MESSAGES, (question_store, "close_of_check_in")):
            race(partial(start, clinic, ids), partial(answer, clinic, asked))

        assert clinic.scores(booked, CheckInKind.AFTER_24H) == (3, 3, 3)


def test_many_at_once_on_a_few_appointments_never_end_in_a_deadlock(clinic, trials):
    for number in range(trials):
        patient, booked, ids = reminded(clinic, number)
        later = NOON + timedelta(days=60 + number)

        race(
            partial(start, clinic, ids),
            partial(clinic.text_from, patient, "C"),
            partial(clinic.text_from, patient, "STOP"),
            partial(clinic.move, booked, later, by=CORA),
            partial(clinic.confirm, booked, by=CORA),
        )

        assert clinic.get(Appointment, booked.id).starts_at == later
        assert all(one.state is not MessageState.CLAIMED for one in clinic.messages(about=booked))


def test_two_senders_and_two_patients_on_one_phone_keep_the_days_one_text(clinic):
    told(clinic, ALICE, utc("2026-03-11T14:00Z"))
    clinic.booked(BOB, with_=THEO, at="2026-03-12T18:00Z")
    clinic.send_due()
    clinic.clock.set("2026-03-09T18:00Z")  # nobody has sent since the day before
    batches = {owner: claim(clinic, owner, limit=1) for owner in ("sender-1", "sender-2")}
    assert [len(ids) for ids in batches.values()] == [1, 1]
    with meeting((message_store, "sent_times")):
        result = race(*[partial(start, clinic, ids, owner) for owner, ids in batches.items()])

    assert sum(len(one.texts) for one in result.won) == 1
    states = {clinic.get(Message, one).state for ids in batches.values() for one in ids}
    assert states == {MessageState.SENDING, MessageState.SUPPRESSED}
