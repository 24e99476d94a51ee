"""Two machines talking: danger told many times is one answer, one page and one open alert."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from booking.checkins import service as check_ins
from booking.checkins.rules.scores import CheckInKind, Scores
from booking.checkins.service import NewAnswer
from booking.conversations import inbound as replies
from booking.desk import alert_causes
from booking.messaging.kinds import Channel, Kind
from booking.safety import alerts
from booking.safety.models import Alert, AlertCause
from booking.safety.rules.red_flags import Tier
from booking.safety.states import AlertState
from tests.build.cast import (
    ALICE,
    ALICES_PHONE,
    BOB,
    DANA,
    ON_CALL_PHONE,
    STRANGERS_PHONE,
    THEO,
)
from tests.build.clinic import PATIENT, actor
from tests.build.settings import SENDER

RED = "I have chest pain and can't breathe"
CRISIS = "I want to die"
AMBER = "I have a fever since this morning"


@pytest.fixture
def watched(clinic):
    """ALICE's clinic, with somebody on call."""
    clinic.calls_at_night(ON_CALL_PHONE)
    clinic.booked(ALICE)
    clinic.send_due()
    return clinic


def pages(clinic):
    return clinic.messages(kind=Kind.ON_CALL_ALERT, channel=Channel.SMS)


def cause(clinic, alert):
    with clinic.read_only() as uow:
        return alert_causes.causes(uow, [alert])[alert.id]


def acknowledge(clinic, alert):
    with clinic.unit_of_work(clinic.staff()) as uow:
        alerts.acknowledge(uow, alert.id)


def close(clinic, alert):
    with clinic.unit_of_work(clinic.staff()) as uow:
        alerts.close(uow, alert.id, "Spoke")


@pytest.mark.parametrize("phone", [ALICE.phone, STRANGERS_PHONE])
def test_forty_texts_of_danger_in_a_minute_are_one_answer_one_page_one_alert(watched, phone):
    for _ in range(40):
        watched.text_from(phone, RED)
        watched.clock.pass_(seconds=1.5)
        watched.send_due()

    assert watched.kinds(to=phone).count(Kind.EMERGENCY) == 1
    assert len(pages(watched)) == 1
    [alert] = watched.alerts()
    assert (alert.tier, alert.state) == (Tier.RED, AlertState.OPEN)
    told = cause(watched, alert)
    assert (told.text.body, told.more) == (RED, 39)
    assert all(one.needs_person for one in watched.inbound())


def test_the_newest_words_are_told_with_the_alert(watched):
    watched.text_from(ALICE, RED)
    watched.clock.pass_(minutes=1)
    watched.text_from(ALICE, RED + ", and my left arm is numb")

    told = cause(watched, watched.alerts()[0])
    assert told.text.body == RED
    assert told.newest_text.body == RED + ", and my left arm is numb"
    assert told.newest_at == watched.now


@pytest.mark.parametrize(("first", "then"), [(AMBER, RED), (RED, CRISIS), (AMBER, CRISIS)])
def test_a_graver_danger_is_an_alert_of_its_own_answered_and_paged(watched, first, then):
    watched.text_from(ALICE, first)
    watched.send_due()
    watched.clock.pass_(minutes=1)
    watched.text_from(ALICE, then)

    assert len(watched.alerts()) == 2
    assert len(pages(watched)) == 2
    safety = [
        k for k in watched.kinds(to=ALICE.phone) if k in {"emergency", "crisis", "call_doctor"}
    ]
    assert len(set(safety)) == len(safety) == 2


def test_a_lesser_danger_is_an_alert_of_its_own_beside_the_one_that_was_paged(watched):
    watched.text_from(ALICE, RED)
    watched.text_from(ALICE, AMBER)

    assert {one.tier for one in watched.alerts()} == {Tier.RED, Tier.AMBER}
    assert len(pages(watched)) == 1
    assert Kind.CALL_DOCTOR in watched.kinds(to=ALICE.phone)


def test_a_lesser_danger_is_paged_where_the_graver_one_is_in_somebodys_hands(watched):
    watched.text_from(ALICE, RED)
    acknowledge(watched, watched.alerts()[0])
    watched.clock.pass_(minutes=1)

    watched.text_from(ALICE, AMBER)

    assert len(pages(watched)) == 2


@pytest.mark.parametrize("settle", [acknowledge, close])
def test_once_an_alert_is_in_hand_or_closed_a_new_text_opens_and_pages_another(watched, settle):
    watched.text_from(ALICE, RED)
    settle(watched, watched.alerts()[0])
    watched.clock.pass_(minutes=1)

    watched.text_from(ALICE, RED)

    assert [one.state for one in watched.alerts()][-1] is AlertState.OPEN
    assert len(watched.alerts()) == len(pages(watched)) == 2
    assert watched.all(AlertCause) == []


def test_after_an_hour_that_nobody_came_the_next_text_pages_anew(watched):
    watched.text_from(ALICE, RED)
    watched.clock.pass_(minutes=59)
    watched.text_from(ALICE, RED)
    assert len(pages(watched)) == 1
    watched.clock.pass_(minutes=1)

    watched.text_from(ALICE, RED)

    assert len(watched.alerts()) == len(pages(watched)) == 2


def test_the_same_answer_goes_again_after_a_quarter_of_an_hour(watched):
    watched.text_from(ALICE, RED)
    watched.send_due()
    watched.clock.pass_(minutes=14)
    watched.text_from(ALICE, RED)
    assert watched.kinds().count(Kind.EMERGENCY) == 1
    watched.clock.pass_(minutes=1)

    watched.text_from(ALICE, RED)

    assert watched.kinds().count(Kind.EMERGENCY) == 2


def test_an_answer_that_did_not_arrive_does_not_keep_the_next_one_back(watched):
    watched.text_from(ALICE, RED)
    watched.send_due()
    watched.report(watched.message(kind=Kind.EMERGENCY), "undelivered", 30003)
    before = len(watched.messages(kind=Kind.EMERGENCY))

    watched.text_from(ALICE, RED)

    assert len(watched.messages(kind=Kind.EMERGENCY)) == before + 1


def test_a_page_that_nobody_got_does_not_keep_the_next_one_back(watched):
    watched.text_from(ALICE, RED)
    watched.send_due()
    with watched.transaction() as session:
        for one in watched.messages(kind=Kind.ON_CALL_ALERT):
            session.merge(one).state = "failed"

    watched.text_from(ALICE, RED)

    assert len(pages(watched)) == 2
    assert len(watched.alerts()) == 1


def test_taking_a_text_up_again_joins_nothing_twice(watched):
    watched.text_from(ALICE, RED)
    inbound = replies.Inbound("SM" + "7" * 32, ALICE.phone, SENDER, RED)
    with watched.unit_of_work() as uow:
        replies.store_inbound(uow, inbound)
    for act in (replies.process_safety_only, replies.process_safety_only, replies.process):
        with watched.unit_of_work() as uow:
            act(uow, inbound.sid, watched.runtime.subjects)

    assert len(watched.alerts()) == len(watched.all(AlertCause)) == 1


def test_nobodys_danger_joins_another_phones_or_another_patients(clinic):
    clinic.text_from(STRANGERS_PHONE, RED)
    clinic.text_from("+12125550198", RED)
    clinic.booked(ALICE, with_=DANA)
    clinic.text_from(ALICES_PHONE, RED)
    clinic.booked(BOB, with_=THEO, at="2026-03-06T18:00Z")
    clinic.text_from(ALICES_PHONE, RED)

    assert len(clinic.alerts()) == 4
    assert clinic.all(AlertCause) == []


def test_answers_that_are_corrected_again_and_again_are_one_alert(clinic):
    clinic.calls_at_night(ON_CALL_PHONE)
    booked = clinic.booked(ALICE, at="2026-03-05T17:00Z")
    with clinic.unit_of_work(actor(booked, PATIENT)) as uow:
        baseline = clinic.check_ins(booked)[CheckInKind.BASELINE]
        check_ins.record_scores(uow, baseline.id, NewAnswer(Scores(2, 5, 5), "web"))
    clinic.clock.set(booked.ends_at)
    clinic.finish(booked)
    clinic.send_all("2026-03-06T18:00Z")

    for pain in (6, 7, 9):
        clinic.text_from(ALICE, f"{pain} 5 5")
        clinic.clock.pass_(seconds=10)

    [alert] = clinic.alerts()
    told = cause(clinic, alert)
    assert (told.answer.pain, told.more, told.newest_answer.pain) == (6, 2, 9)
    assert len(pages(clinic)) == 1
    assert clinic.kinds(to=ALICE.phone).count(Kind.CALL_DOCTOR) == 1


def test_an_alert_is_not_closed_over_words_that_nobody_has_seen(watched):
    watched.text_from(ALICE, RED)
    watched.text_from(ALICE, RED)
    [alert] = watched.alerts()

    with pytest.raises(alerts.InvalidInput), watched.unit_of_work(watched.staff()) as uow:
        alerts.close(uow, alert.id, "Spoke", seen=0)

    assert watched.reload(alert).state is AlertState.OPEN
    with watched.unit_of_work(watched.staff()) as uow:
        alerts.close(uow, alert.id, "Spoke", seen=1)
    assert watched.get(Alert, alert.id).state is AlertState.CLOSED


def test_texts_of_one_phone_that_come_at_the_same_moment_are_one_alert_too(watched):
    line = Barrier(6)

    def text(number):
        line.wait(10)
        watched.text_from(ALICE, RED, sid=f"SM{number:032}")

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(text, range(6)))

    [alert] = watched.alerts()
    assert cause(watched, alert).more == 5
    assert len(pages(watched)) == 1
    assert watched.kinds().count(Kind.EMERGENCY) == 1
