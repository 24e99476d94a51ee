"""What the database itself keeps from being changed, whatever code asks for it."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from booking.messaging.kinds import Channel, Kind
from booking.messaging.message import FINAL, MessageState
from tests.build.cast import ALICE


def sent(clinic):
    """One text the carrier has."""
    clinic.booked(ALICE)
    clinic.send_due()
    return clinic.message(kind=Kind.CONFIRMATION, channel=Channel.SMS)


def change(clinic, statement, **values):
    with clinic.transaction() as session:
        session.execute(text(statement), values)


def test_no_line_of_a_history_is_rewritten(clinic):
    sent(clinic)

    with pytest.raises(IntegrityError, match="message_event_stands"):
        change(clinic, "UPDATE message_event SET what = 'something else'")


@pytest.mark.parametrize("final", sorted(FINAL))
def test_a_message_that_has_ended_stays_ended(clinic, final):
    sid = sent(clinic).provider_sid
    this = "UPDATE message SET state = :state WHERE provider_sid = :sid"
    change(clinic, this, state=final.value, sid=sid)

    for other in set(MessageState) - {final}:
        with pytest.raises(IntegrityError, match="message_end_stands"):
            change(clinic, this, state=other.value, sid=sid)
    change(clinic, this, state=final.value, sid=sid)


def test_a_carriers_id_stays_with_the_message_it_was_given_for(clinic):
    sid = sent(clinic).provider_sid
    this = "UPDATE message SET provider_sid = :new WHERE provider_sid = :sid"

    for new in (None, "SM" + "7" * 32):
        with pytest.raises(IntegrityError, match="message_sid_stands"):
            change(clinic, this, new=new, sid=sid)
    change(clinic, this, new=sid, sid=sid)


@pytest.mark.parametrize(
    ("statement", "guard"),
    [
        ("DELETE FROM message_event", "message_event_stays"),
        ("UPDATE audit_event SET actor = 'user:somebody else'", "audit_event_stands"),
        ("UPDATE audit_event SET at = at", "audit_event_stands"),
        ("DELETE FROM audit_event", "audit_event_stays"),
    ],
)
def test_no_record_is_changed_or_deleted(clinic, statement, guard):
    sent(clinic)

    with pytest.raises(IntegrityError, match=guard):
        change(clinic, statement)


@pytest.mark.postgres
@pytest.mark.parametrize("database_kind", ["postgresql"])
@pytest.mark.parametrize("table", ["audit_event", "message_event"])
def test_no_record_is_emptied_as_a_whole(clinic, table):
    with pytest.raises(IntegrityError, match=f"{table}_untouched"):
        change(clinic, f"TRUNCATE {table} CASCADE")
