"""From due to handed over: the last look, and what happened between the steps."""

from datetime import date, timedelta

from sqlalchemy import update

from booking.messaging import opt_out_queries
from booking.messaging.kinds import Kind, Lane
from booking.messaging.message import MessageState
from booking.messaging.models import Message
from booking.messaging.reason import Reason
from booking.therapists.models import Therapist
from tests.build.cast import ALICE, DANA, FAYE
from tests.build.reminder import FIRST_REMINDER, claim, reminder_of, start
from tests.build.times import stamp


def test_a_reminder_leaves_when_it_is_due_and_not_before(clinic, reminded):
    clinic.clock.set(FIRST_REMINDER - timedelta(seconds=1))
    clinic.send_due()
    assert clinic.sms.sent == []

    clinic.clock.set(FIRST_REMINDER)
    clinic.send_due()

    [text] = clinic.sms.to(ALICE)
    assert "Wed 11 Mar, 1:00" in text
    assert clinic.history(reminder_of(clinic, reminded)) == ["claimed", "started", "accepted"]


def test_what_was_accepted_is_never_sent_again(clinic, reminded):
    clinic.send_due()
    clinic.clock.pass_(hours=1)
    clinic.send_due()

    assert len(clinic.sms.sent) == 1


def test_an_appointment_cancelled_between_claim_and_start_is_not_reminded_of(clinic, reminded):
    ids = claim(clinic)
    assert ids == [reminder_of(clinic, reminded).id]

    clinic.cancel(reminded)

    assert start(clinic, ids).texts == ()
    assert clinic.reload(reminder_of(clinic, reminded)).state is MessageState.CANCELLED


def test_an_appointment_moved_between_claim_and_start_is_not_reminded_of(clinic, reminded):
    ids = claim(clinic)

    clinic.move(reminded, to="2026-03-12T17:00Z")

    assert start(clinic, ids).texts == ()
    assert clinic.get(Message, ids[0]).state is MessageState.CANCELLED


def test_a_message_of_an_older_version_is_cancelled_at_the_last_look(clinic, reminded):
    ids = claim(clinic)
    with clinic.transaction() as session:
        session.execute(update(Message).where(Message.id == ids[0]).values(appointment_version=0))

    assert start(clinic, ids).texts == ()
    kept = clinic.get(Message, ids[0])
    assert (kept.state, kept.reason) == (
        MessageState.CANCELLED,
        Reason.OTHER_TIME,
    )


def test_a_phone_that_stopped_texts_between_claim_and_start_gets_a_mail_instead(clinic, reminded):
    ids = claim(clinic)
    with clinic.transaction() as session:
        opt_out_queries.opt_out(
            session, ALICE.phone, clinic.runtime.clinic.sender, source="text", now=clinic.now
        )

    assert start(clinic, ids).texts == ()
    assert clinic.get(Message, ids[0]).state is MessageState.SUPPRESSED
    clinic.send_due()
    assert clinic.sms.sent == []
    assert "11 March" in clinic.email.to(ALICE)[-1].text


def test_a_therapist_who_may_not_work_that_day_is_not_reminded_of(clinic, reminded):
    clinic.lapses(DANA, date(2026, 3, 10))

    clinic.send_due()

    assert clinic.sms.sent == []
    message = reminder_of(clinic, reminded)
    assert (message.state, message.reason) == (
        MessageState.CANCELLED,
        Reason.THERAPIST_NOT_ELIGIBLE,
    )


def test_a_suspended_therapist_is_not_reminded_of(clinic, reminded):
    with clinic.transaction() as session:
        session.execute(update(Therapist).values(application_state="suspended_complaint"))

    clinic.send_due()

    assert clinic.sms.sent == []


def test_a_licence_that_lasts_the_day_of_the_session_is_enough(clinic, reminded):
    clinic.lapses(DANA, date(2026, 3, 11))

    clinic.send_due()

    assert len(clinic.sms.sent) == 1


def test_a_reminder_that_ran_into_the_night_waits_for_the_morning(clinic, reminded):
    clinic.clock.set("2026-03-09T02:00Z")  # 22:00 in New York

    clinic.send_due()

    message = reminder_of(clinic, reminded)
    assert clinic.sms.sent == []
    assert message.state is MessageState.PENDING
    assert stamp(message.next_attempt_at) == "2026-03-09T13:00Z"
    clinic.clock.set("2026-03-09T13:00Z")
    clinic.send_due()
    assert len(clinic.sms.sent) == 1


def test_quiet_hours_are_those_of_the_patients_own_clock(clinic):
    booked = clinic.booked(FAYE, at="2026-03-11T13:00Z")  # 9:00 in New York, 6:00 in California

    # At 9:00 on her own clock, for 6:00 is too early; her clocks change on the first of the two.
    assert clinic.reminders(booked) == ["2026-03-08T16:00Z", "2026-03-10T16:00Z"]


def test_a_reminder_that_nobody_could_send_in_time_is_dropped(clinic, reminded):
    message = reminder_of(clinic, reminded)
    clinic.clock.set(message.expires_at)

    clinic.send_due()

    assert clinic.reload(message).state is MessageState.EXPIRED


def test_after_an_outage_only_the_nearer_reminder_goes(clinic, reminded):
    clinic.clock.set("2026-03-10T18:00Z")

    clinic.send_due()

    assert len(clinic.sms.sent) == 1
    states = [one.state for one in clinic.messages(kind=Kind.REMINDER, about=reminded)]
    assert states == [MessageState.EXPIRED, MessageState.ACCEPTED]


def test_a_message_claimed_by_another_sender_is_left_to_it(clinic, reminded):
    ids = claim(clinic, "sender-1")

    assert start(clinic, ids, "sender-2").texts == ()
    assert clinic.get(Message, ids[0]).state is MessageState.CLAIMED


def test_starting_twice_sends_once(clinic, reminded):
    ids = claim(clinic)

    assert len(start(clinic, ids).texts) == 1
    assert start(clinic, ids).texts == ()


def test_the_most_urgent_lane_goes_first(clinic, reminded):
    clinic.text_from(ALICE, "I have chest pain")

    clinic.send_due()

    sent = {one.message_id: place for place, one in enumerate(clinic.sms.sent)}
    lanes = sorted((sent[one.id], one.lane) for one in clinic.messages() if one.id in sent)
    assert [lane for _, lane in lanes] == [Lane.SAFETY, Lane.REMINDERS]


def test_no_transaction_is_open_while_the_carrier_is_called(clinic, reminded):
    seen = []

    def meanwhile(_results):
        # A write of its own would wait for ever if the sender still held one.
        clinic.confirm(reminded)
        seen.append(reminder_of(clinic, reminded).state)

    clinic.sms.meanwhile = meanwhile
    clinic.send_due()

    assert seen == [MessageState.SENDING]
