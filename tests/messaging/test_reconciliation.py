"""Asking the carrier: a text of unknown fate is found, or proven never taken."""

from datetime import timedelta

import pytest

from booking.messaging import reconciliation
from booking.messaging.message import MessageState
from booking.messaging.ports import CarrierRecord, SendOutcome
from tests.build.cast import ALICE
from tests.build.reminder import FIRST_REMINDER, reminder_of


@pytest.fixture
def unknown(clinic, reminded):
    """ALICE's first reminder, of which nobody knows whether it left."""
    clinic.sms.answers_with(SendOutcome.UNKNOWN)
    clinic.send_due()
    return reminder_of(clinic, reminded)


def suspects(clinic):
    with clinic.unit_of_work() as uow:
        return reconciliation.due_for_lookup(uow)


def settle(clinic, suspect, *records):
    with clinic.unit_of_work() as uow:
        reconciliation.apply_lookup(uow, suspect, records, clinic.runtime.subjects)


def listed(clinic, **changes):
    """The first text that left, as the carrier lists it."""
    return CarrierRecord(
        **{
            "sid": "SM" + "a" * 32,
            "phone": ALICE.phone,
            "body": clinic.sms.sent[0].body,
            "status": "delivered",
            "error_code": None,
            "created_at": FIRST_REMINDER,
            **changes,
        }
    )


def look(clinic, *records, after):
    """Let some seconds pass, and ask."""
    clinic.clock.pass_(seconds=after)
    [suspect] = suspects(clinic)
    settle(clinic, suspect, *records)


def test_a_carriers_list_may_lag_so_nobody_looks_too_soon(clinic, unknown):
    clinic.clock.pass_(seconds=89)

    assert suspects(clinic) == []


def test_a_text_that_is_listed_takes_the_listed_state_and_id(clinic, unknown):
    look(clinic, listed(clinic), after=90)

    found = clinic.reload(unknown)
    assert (found.state, found.provider_sid) == (MessageState.DELIVERED, "SM" + "a" * 32)


def test_a_text_absent_twice_a_minute_apart_was_never_taken_and_goes_again(clinic, unknown):
    look(clinic, after=90)
    clinic.send_due()
    assert clinic.reload(unknown).state is MessageState.UNKNOWN
    look(clinic, after=60)
    assert clinic.reload(unknown).state is MessageState.PENDING

    clinic.send_due()

    assert clinic.reload(unknown).state is MessageState.ACCEPTED
    assert len(clinic.sms.sent) == 2


def test_a_text_that_shows_up_at_the_second_look_is_not_sent_again(clinic, unknown):
    look(clinic, after=90)
    look(clinic, listed(clinic), after=60)
    clinic.send_due()

    assert clinic.reload(unknown).state is MessageState.DELIVERED
    assert len(clinic.sms.sent) == 1


def test_a_text_proven_absent_when_it_is_too_late_has_failed(clinic, unknown):
    look(clinic, after=90)
    clinic.clock.set(unknown.expires_at)
    look(clinic, after=0)

    assert clinic.reload(unknown).state is MessageState.FAILED
    clinic.send_due()
    assert len([one for one in clinic.sms.sent if one.message_id == unknown.id]) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"body": "Something else"},
        {"created_at": FIRST_REMINDER - timedelta(minutes=3)},
    ],
)
def test_another_text_to_the_same_phone_is_not_mistaken_for_it(clinic, unknown, changes):
    look(clinic, listed(clinic, **changes), after=90)

    assert clinic.reload(unknown).provider_sid is None


def test_a_text_that_belongs_to_another_message_proves_nothing(clinic, unknown):
    clinic.text_from(ALICE, "HELP")
    clinic.send_due()
    taken = clinic.sms.sent[1]
    sid = next(one.provider_sid for one in clinic.messages() if one.id == taken.message_id)

    look(clinic, listed(clinic, sid=sid), after=90)

    assert clinic.reload(unknown).provider_sid is None


def test_a_text_whose_end_was_never_told_is_asked_about_after_an_hour(clinic, reminded):
    clinic.send_due()
    sent = reminder_of(clinic, reminded)
    clinic.clock.pass_(minutes=59)
    assert sent.id not in {one.message_id for one in suspects(clinic)}

    clinic.clock.pass_(minutes=1)
    suspect = next(one for one in suspects(clinic) if one.message_id == sent.id)
    settle(clinic, suspect, listed(clinic, sid=sent.provider_sid))

    assert suspect.sid == sent.provider_sid
    assert clinic.reload(sent).state is MessageState.DELIVERED


def test_a_text_the_carrier_has_lost_sight_of_is_not_sent_again(clinic, reminded):
    clinic.send_due()
    sent = reminder_of(clinic, reminded)
    clinic.clock.pass_(hours=1)
    for _ in range(3):
        for suspect in suspects(clinic):
            settle(clinic, suspect)
        clinic.clock.pass_(hours=1)
        clinic.send_due()

    assert clinic.reload(sent).state is MessageState.ACCEPTED
    assert len([one for one in clinic.sms.sent if one.message_id == sent.id]) == 1
