"""A reminder that goes another way keeps its place: none is lost, none is doubled."""

from dataclasses import replace

from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import MessageState
from booking.messaging.models import Message
from tests.build.cast import ALICE, THEO
from tests.scheduling.proving import decide, marks


def planned(clinic, booked):
    """The keys of a session's reminders that are still to go."""
    waiting = clinic.messages(kind=Kind.REMINDER, about=booked, state=MessageState.PENDING)
    return {one.dedupe_key for one in waiting}


def asked_again(clinic, *, agrees, at):
    """ALICE books once more, agrees to texts or not, and says that it holds for all."""
    clinic.clock.pass_(minutes=1)
    booked = clinic.booked(replace(ALICE, agrees_to_texts=agrees), with_=THEO, at=at)
    clinic.send_due()
    assert decide(clinic, booked, marks(clinic, booked)[Channel.EMAIL])


def test_a_reminder_that_goes_another_way_has_the_key_it_would_have_been_written_with(
    clinic, known
):
    texted = planned(clinic, known)
    assert texted == {f"reminder:sms:{known.id}:v1:{lead}" for lead in ("72h", "24h")}

    asked_again(clinic, agrees=False, at="2026-03-14T17:00Z")
    assert planned(clinic, known) == {
        f"reminder:email:{known.id}:v1:{lead}" for lead in ("72h", "24h")
    }

    asked_again(clinic, agrees=True, at="2026-03-15T17:00Z")
    assert planned(clinic, known) == texted


def test_a_reminder_written_once_more_goes_another_way_under_the_key_of_a_repeat(clinic, known):
    clinic.send_all("2026-03-09T14:00Z")
    [told] = [one for one in clinic.messages(kind=Kind.REMINDER, about=known) if one.provider_sid]
    clinic.report(told, "undelivered", 30003)
    assert f"reminder:sms:{told.id}:again" in planned(clinic, known)

    asked_again(clinic, agrees=False, at="2026-03-14T17:00Z")

    assert planned(clinic, known) == {
        f"reminder:email:{told.id}:again",
        f"reminder:email:{known.id}:v1:24h",
    }


def test_a_reminder_whose_lead_is_not_known_keeps_its_way(clinic, known):
    """As the version before writes one while this one comes: the last look still judges it."""
    texted = planned(clinic, known)
    with clinic.unit_of_work() as uow:
        for one in uow.session.query(Message).filter_by(appointment_id=known.id):
            one.lead_hours = None

    asked_again(clinic, agrees=False, at="2026-03-14T17:00Z")

    assert planned(clinic, known) == texted


def test_no_and_yes_and_no_again_lose_no_reminder_and_double_none(clinic, known):
    clinic.send_due()
    for number, agrees in enumerate((False, True, False, True)):
        clinic.clock.pass_(minutes=1)
        form = replace(ALICE, agrees_to_texts=agrees)
        booked = clinic.booked(form, with_=THEO, at=f"2026-03-1{4 + number}T17:00Z")
        clinic.send_due()
        assert decide(clinic, booked, marks(clinic, booked)[Channel.EMAIL])

        waiting = clinic.messages(kind=Kind.REMINDER, about=known, state=MessageState.PENDING)
        assert len(waiting) == 2
        assert {one.channel is Channel.SMS for one in waiting} == {agrees}
