"""The links to an appointment: each can be closed by itself, and all of them at once."""

import pytest

from booking.audit.models import AuditEvent
from booking.checkins import check_in_links
from booking.kit.errors import LinkExpired
from booking.kit.links import mark_of
from booking.messaging.kinds import Channel, Kind
from booking.scheduling import appointment_links as links
from tests.build.cast import ALICE, CORA, DANA
from tests.build.clinic import actor

AT = "2026-03-05T14:00Z"


def close(clinic, booked, mark):
    with clinic.unit_of_work(actor(booked, CORA)) as uow:
        links.close(uow, booked.id, mark)


def close_all(clinic, booked, but=None):
    with clinic.unit_of_work(actor(booked, CORA)) as uow:
        links.close_all(uow, booked.id, but=but)


def is_open(clinic, booked, mark):
    with clinic.unit_of_work() as uow:
        try:
            links.check_open(uow, booked.id, mark)
        except LinkExpired:
            return False
    return True


def sent(clinic, booked):
    with clinic.unit_of_work() as uow:
        return list(links.of_appointment(uow, uow.session.merge(booked)))


def test_the_links_of_an_appointment_are_those_of_messages_that_left(clinic):
    booked = clinic.booked(ALICE, with_=DANA, at=AT)
    assert sent(clinic, booked) == []

    clinic.send_due()

    assert {(one.kind, one.channel) for one in sent(clinic, booked)} == {
        (Kind.CONFIRMATION, Channel.SMS),
        (Kind.CONFIRMATION, Channel.EMAIL),
    }


def test_a_closed_link_opens_nothing_and_the_others_still_do(clinic):
    booked = clinic.booked(ALICE, with_=DANA, at=AT)
    clinic.send_due()
    first, second = sent(clinic, booked)

    close(clinic, booked, first.mark)
    close(clinic, booked, first.mark)

    assert not is_open(clinic, booked, first.mark)
    assert is_open(clinic, booked, second.mark)
    assert [one.is_closed for one in sent(clinic, booked)] == [True, False]


def test_a_link_closed_for_one_appointment_is_open_for_another(clinic):
    booked = clinic.booked(ALICE, with_=DANA, at=AT)
    other = clinic.booked(ALICE, with_=DANA, at="2026-03-06T14:00Z")

    close(clinic, booked, 5)

    assert is_open(clinic, other, 5)


def test_closing_all_leaves_one_where_one_is_named_and_what_is_sent_later(clinic):
    booked = clinic.booked(ALICE, with_=DANA, at=AT)
    clinic.send_due()
    kept, gone = sent(clinic, booked)

    close_all(clinic, booked, but=kept.mark)

    assert is_open(clinic, booked, kept.mark)
    assert not is_open(clinic, booked, gone.mark)
    assert not is_open(clinic, booked, booked.version)
    waiting = [one for one in clinic.messages() if one.kind is Kind.REMINDER]
    assert all(is_open(clinic, booked, mark_of(one.id)) for one in waiting)


def test_closing_a_link_closes_the_check_ins_it_leads_to(clinic):
    booked = clinic.booked(ALICE, with_=DANA, at=AT)
    clinic.send_due()
    [check_in] = clinic.check_ins(booked).values()

    close_all(clinic, booked)

    with clinic.unit_of_work() as uow, pytest.raises(LinkExpired):
        check_in_links.check_open_to_check_in(uow, check_in.id, booked.version)


def test_a_new_link_goes_by_mail_and_by_text_and_opens(clinic):
    booked = clinic.booked(ALICE, with_=DANA, at=AT)
    clinic.send_due()
    close_all(clinic, booked)
    for _ in range(2):
        with clinic.unit_of_work() as uow:
            links.send_new(uow, uow.session.merge(booked))
        clinic.clock.pass_(minutes=5)
        clinic.send_due()

    new = [one for one in sent(clinic, booked) if one.kind is Kind.MOVE_LINK]

    assert sorted(one.channel for one in new) == sorted([Channel.EMAIL, Channel.SMS] * 2)
    assert all(is_open(clinic, booked, one.mark) for one in new)


def test_closing_links_is_on_record(clinic):
    booked = clinic.booked(ALICE, with_=DANA, at=AT)
    close(clinic, booked, 3)
    close_all(clinic, booked)

    assert {"link closed", "links closed"} <= {one.action for one in clinic.all(AuditEvent)}
