"""What leaves: its words, its links, its invitation, and how many a phone gets."""

from booking.clinic.policy import CapsPolicy
from booking.kit.keyring import digest_of
from booking.messaging import opt_out_queries
from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import MessageState
from booking.messaging.models import Message
from booking.patients.service import change_text_consent
from tests.build.cast import ALICE, BOB, CARMEN, CORA, DANA, DORA, EMMA, THEO
from tests.build.reminder import WEDNESDAY, reminder_of


def test_at_most_one_text_of_our_own_motion_a_day_and_the_rest_by_mail(clinic):
    clinic.booked(ALICE, with_=DANA, at="2026-03-11T17:00Z")
    clinic.booked(ALICE, with_=THEO, at="2026-03-11T19:00Z")
    clinic.send_due()
    clinic.sms.sent.clear()
    clinic.email.sent.clear()

    clinic.send_all("2026-03-08T23:00Z")

    assert len(clinic.sms.to(ALICE)) == 1
    assert len(clinic.email.to(ALICE)) == 1


def test_a_cap_that_a_clinic_raises_lets_both_texts_go(clinic):
    clinic.changes_policies(caps=CapsPolicy(per_day=2))
    clinic.booked(ALICE, with_=DANA, at="2026-03-11T17:00Z")
    clinic.booked(ALICE, with_=THEO, at="2026-03-11T19:00Z")
    clinic.send_due()
    clinic.sms.sent.clear()

    clinic.send_all("2026-03-08T23:00Z")

    assert len(clinic.sms.to(ALICE)) == 2


def test_two_patients_on_one_phone_share_its_cap(clinic):
    clinic.booked(ALICE, with_=DANA, at="2026-03-11T17:00Z")
    clinic.booked(BOB, with_=THEO, at="2026-03-11T19:00Z")
    clinic.send_due()
    clinic.sms.sent.clear()

    clinic.send_all("2026-03-08T23:00Z")

    assert len(clinic.sms.to(ALICE)) == 1
    assert (
        len(clinic.email.to(BOB)) == 2
    )  # the confirmation, and the reminder that was one too many


def test_a_text_that_asks_something_opens_its_question_as_it_leaves(clinic, reminded):
    assert clinic.text_from(ALICE, "C")
    assert clinic.reload(reminded).confirmed_at is not None


def test_a_second_patient_on_the_phone_gets_a_link_instead_of_a_question(clinic):
    clinic.booked(ALICE, with_=DANA, at=WEDNESDAY)
    clinic.booked(BOB, with_=THEO, at="2026-03-11T19:00Z")

    clinic.send_due()

    asking = [text for text in clinic.sms.to(ALICE) if "Reply R" in text]
    assert len(asking) == 1
    assert all("https://" in text for text in clinic.sms.to(ALICE))


def test_a_discreet_patient_gets_a_link_and_no_question(clinic):
    clinic.booked(DORA, at=WEDNESDAY)

    clinic.send_due()

    [text] = clinic.sms.to(DORA)
    assert "https://book.example.org/a/" in text
    assert "Reply" not in text


def test_texts_are_in_the_patients_language(clinic):
    clinic.booked(CARMEN, at=WEDNESDAY)

    clinic.send_due()

    assert "mar" in clinic.sms.to(CARMEN)[0]
    assert "cita" in clinic.sms.to(CARMEN)[0]
    assert "marzo" in clinic.email.to(CARMEN)[0].text


def test_the_carrier_is_told_how_long_a_text_is_worth_delivering(clinic, reminded):
    clinic.send_due()

    [text] = clinic.sms.sent
    assert text.valid_for_s == 10 * 3600  # no more than a carrier allows

    clinic.text_from(ALICE, "HELP")
    clinic.send_due()
    assert clinic.sms.sent[-1].valid_for_s == 2 * 3600


def test_a_mail_brings_an_invitation_that_updates_itself(clinic):
    booked = clinic.booked(EMMA, at=WEDNESDAY)
    clinic.send_due()
    clinic.move(booked, to="2026-03-12T17:00Z", by=CORA)
    clinic.lets_it_settle()
    clinic.cancel(booked, by=CORA)
    clinic.send_due()

    files = [mail.calendar for mail in clinic.email.to(EMMA)]
    assert [one.method for one in files] == ["REQUEST", "REQUEST", "CANCEL"]
    for sequence, file in enumerate(files):
        assert f"UID:{booked.id}\r\n".encode() in file.content
        assert f"SEQUENCE:{sequence}".encode() in file.content


def test_what_was_sent_can_be_recognised_but_not_read_in_the_outbox(clinic, reminded):
    clinic.send_due()

    message = reminder_of(clinic, reminded)
    [text] = clinic.sms.sent
    assert message.body_digest == digest_of(text.body)
    assert message.body is None


def test_a_message_written_by_a_person_goes_as_it_is(clinic):
    clinic.booked(ALICE)
    clinic.text_from(ALICE, "Where do I park?")
    [answer] = clinic.messages(kind=Kind.NEUTRAL_ANSWER)
    with clinic.transaction() as session:
        written = session.get_one(Message, answer.id)
        written.kind, written.body = Kind.STAFF_ANSWER, "Behind the house."

    clinic.send_due()

    assert clinic.sms.to(ALICE)[-1] == "Behind the house."


def test_taking_consent_back_on_the_way_leaves_planned_reminders_to_the_opt_out(clinic):
    booked = clinic.booked(ALICE, at=WEDNESDAY)
    with clinic.unit_of_work() as uow:
        change_text_consent(uow, ALICE.phone, given=False, words="stop", source="text")
        uow.session.flush()
        may = opt_out_queries.may_text(
            uow.session, clinic.patient(ALICE), clinic.runtime.clinic.sender
        )

    assert not may
    clinic.move(booked, to="2026-03-12T17:00Z")
    planned = clinic.messages(kind=Kind.REMINDER, about=booked, state=MessageState.PENDING)
    assert {one.channel for one in planned} == {Channel.EMAIL}
