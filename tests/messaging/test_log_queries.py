"""Pages of the ledger: what is asked for, in order, without a gap."""

from datetime import timedelta

from booking.desk import message_log_queries as ledger
from booking.desk.message_query import Cursor, MessageQuery
from booking.messaging.kinds import Channel, Kind, Lane
from booking.messaging.message import MessageState
from tests.build.cast import ALICE, BOB, CARMEN, DANA, THEO


def page(clinic, *, limit=100, behind=None, therapist=None, **sought):
    with clinic.reading() as session:
        return ledger.page(session, clinic.staff(therapist), MessageQuery(**sought), limit, behind)


def test_the_latest_due_stands_first(clinic):
    clinic.booked(ALICE)
    clinic.booked(CARMEN, at="2026-03-05T16:00Z")

    found = [(one.due_at, one.id) for one in page(clinic)]

    assert len(found) > 4
    assert found == sorted(found, reverse=True)


def test_pages_hold_every_message_once_though_many_are_due_at_one_instant(clinic):
    clinic.booked(ALICE)
    clinic.booked(CARMEN, at="2026-03-05T16:00Z")
    everything = [one.id for one in page(clinic)]

    found, behind = [], None
    while some := page(clinic, limit=2, behind=behind):
        found += [one.id for one in some]
        behind = Cursor(some[-1].due_at, some[-1].id)

    assert found == everything


def test_what_is_written_meanwhile_moves_nothing_to_another_page(clinic):
    clinic.booked(ALICE)
    everything = [one.id for one in page(clinic)]
    first = page(clinic, limit=2)

    clinic.booked(CARMEN, at="2026-04-20T16:00Z")
    rest = page(clinic, behind=Cursor(first[-1].due_at, first[-1].id))

    new = {one.id for one in clinic.messages() if one.id not in everything}
    assert [one.id for one in rest if one.id not in new] == everything[2:]


def test_only_what_is_asked_for_is_found(clinic):
    booked = clinic.booked(ALICE)
    clinic.booked(CARMEN, at="2026-03-05T16:00Z")
    clinic.send_due()

    assert {one.kind for one in page(clinic, kind=Kind.REMINDER)} == {Kind.REMINDER}
    assert {one.channel for one in page(clinic, channel=Channel.EMAIL)} == {Channel.EMAIL}
    assert {one.lane for one in page(clinic, lane=Lane.REMINDERS)} == {Lane.REMINDERS}
    assert {one.appointment_id for one in page(clinic, appointment_id=booked.id)} == {booked.id}
    states = frozenset({MessageState.ACCEPTED})
    assert {one.state for one in page(clinic, states=states)} == states
    now = clinic.now
    soon = page(clinic, due_from=now, due_until=now + timedelta(seconds=1))
    assert {one.due_at for one in soon} == {now}
    assert page(clinic, due_from=now + timedelta(days=90)) == []
    assert now not in {one.due_at for one in page(clinic, due_until=now)}


def test_a_therapist_finds_the_messages_of_her_sessions_only(clinic):
    hers = clinic.booked(CARMEN, with_=DANA)
    his = clinic.booked(BOB, with_=THEO, at="2026-03-06T18:00Z")

    found = page(clinic, therapist=DANA)

    assert {one.appointment_id for one in found} == {hers.id}
    with clinic.reading() as session:
        [other, *_] = clinic.messages(about=his)
        assert ledger.get(session, clinic.staff(DANA), other.id) is None
        assert ledger.get(session, clinic.staff(THEO), other.id) is not None
        assert ledger.get(session, clinic.staff(), other.id) is not None


def test_messages_are_counted_by_where_they_stand(clinic):
    clinic.booked(ALICE)
    clinic.send_due()

    with clinic.reading() as session:
        counts = ledger.count_states(session, clinic.staff(), MessageQuery())

    assert counts[MessageState.ACCEPTED] == 2
    assert sum(counts.values()) == len(clinic.messages())
    assert MessageState.FAILED not in counts
