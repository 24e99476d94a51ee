"""Alerts: whom they concern, and what becomes of them."""

import pytest

from booking.checkins import service as check_ins
from booking.checkins.models import CheckIn
from booking.checkins.rules.scores import CheckInKind, Scores
from booking.checkins.service import NewAnswer
from booking.desk import alert_causes
from booking.kit.errors import InvalidInput, InvalidTransition, NotFound
from booking.kit.ids import new_id
from booking.safety import alerts
from booking.safety.models import Alert
from booking.safety.rules.red_flags import Tier
from booking.safety.states import AlertState
from tests.build.cast import ALICE, BOB, CARMEN, CORA, DANA, STRANGERS_PHONE, THEO
from tests.build.clinic import PATIENT, actor


def add(clinic, tier=Tier.AMBER, patient=None, **facts):
    """Open an alert about somebody of the cast."""
    with clinic.transaction() as session:
        alert = Alert(
            id=new_id(),
            tier=tier,
            patient_id=clinic.patient(patient).id if patient else None,
            source_key=str(new_id()),
            state=AlertState.OPEN,
            opened_at=clinic.now,
            **facts,
        )
        session.add(alert)
        return alert


def open_ones(clinic, therapist=None):
    with clinic.read_only(clinic.staff(therapist)) as uow:
        found = [alert.id for alert in alerts.open_alerts(uow)]
        assert alerts.count_open(uow) == len(found)
        return found


def close(clinic, alert, outcome="Spoke with the patient"):
    with clinic.unit_of_work(clinic.staff()) as uow:
        return alerts.close(uow, alert.id, outcome)


def acknowledge(clinic, alert):
    with clinic.unit_of_work(clinic.staff()) as uow:
        return alerts.acknowledge(uow, alert.id)


def test_the_most_urgent_come_first_and_among_them_the_oldest(clinic):
    clinic.booked(ALICE)
    review = add(clinic, Tier.REVIEW, ALICE)
    amber = add(clinic, Tier.AMBER, ALICE)
    crisis = add(clinic, Tier.CRISIS, ALICE)
    first_red = add(clinic, Tier.RED, ALICE)
    clinic.clock.pass_(minutes=1)
    second_red = add(clinic, Tier.RED, ALICE)

    wanted = [first_red, second_red, crisis, amber, review]
    assert open_ones(clinic) == [alert.id for alert in wanted]


def test_a_therapist_sees_alerts_of_patients_who_have_a_session_with_them(clinic):
    clinic.booked(ALICE, with_=DANA)
    alert = add(clinic, Tier.RED, ALICE)

    assert open_ones(clinic, DANA) == [alert.id]
    assert open_ones(clinic, THEO) == []
    assert open_ones(clinic) == [alert.id]


def test_a_danger_concerns_everybody_who_treats_the_patient(clinic):
    raised_by = clinic.booked(ALICE, with_=DANA)
    theirs = clinic.booked(ALICE, with_=THEO, at="2026-03-06T18:00Z")
    clinic.proves(theirs)
    alert = add(clinic, Tier.RED, ALICE, appointment_id=raised_by.id)

    assert open_ones(clinic, THEO) == [alert.id]


def test_who_was_only_booked_in_a_patients_name_does_not_treat_them(clinic):
    raised_by = clinic.booked(ALICE, with_=DANA)
    clinic.booked(ALICE, with_=THEO, at="2026-03-06T18:00Z")
    add(clinic, Tier.RED, ALICE, appointment_id=raised_by.id)

    assert open_ones(clinic, THEO) == []


def test_an_alert_of_a_session_stays_with_its_therapist_after_a_cancellation(clinic):
    booked = clinic.booked(ALICE, with_=DANA)
    alert = add(clinic, Tier.RED, ALICE, appointment_id=booked.id)
    unrelated = add(clinic, Tier.RED, ALICE)
    clinic.cancel(booked)

    assert open_ones(clinic, DANA) == [alert.id]
    assert set(open_ones(clinic)) == {alert.id, unrelated.id}


def test_a_danger_from_a_shared_phone_reaches_the_therapists_of_all_who_share_it(clinic):
    clinic.booked(ALICE, with_=DANA)
    clinic.booked(BOB, with_=THEO, at="2026-03-06T18:00Z")
    clinic.text_from(ALICE, "I have chest pain")

    [alert] = clinic.alerts()
    assert open_ones(clinic, DANA) == [alert.id]
    assert open_ones(clinic, THEO) == [alert.id]
    with clinic.read_only(clinic.staff()) as uow:
        for somebody in (ALICE, BOB):
            patient = clinic.patient(somebody)
            assert [one.id for one in alerts.of_patient(uow, patient)] == [alert.id]


def test_a_danger_from_a_strangers_phone_is_seen_by_the_office_only(clinic):
    clinic.booked(CARMEN, with_=DANA)
    clinic.text_from(STRANGERS_PHONE, "chest pain")

    [alert] = clinic.alerts()
    assert open_ones(clinic) == [alert.id]
    assert open_ones(clinic, DANA) == []


def test_one_alert_can_be_had_only_by_those_it_concerns(clinic):
    clinic.booked(ALICE, with_=DANA)
    alert = add(clinic, Tier.RED, ALICE)

    with clinic.read_only(clinic.staff(DANA)) as uow:
        assert alerts.get(uow, alert.id).id == alert.id
    with clinic.read_only(clinic.staff(THEO)) as uow, pytest.raises(NotFound):
        alerts.get(uow, alert.id)


def test_the_cause_is_the_text_that_raised_it(clinic):
    clinic.booked(CARMEN)
    clinic.text_from(CARMEN, "I have chest pain")

    with clinic.read_only(clinic.staff()) as uow:
        [alert] = alerts.open_alerts(uow)
        cause = alert_causes.causes(uow, [alert])[alert.id]

    assert cause.text.body == "I have chest pain"
    assert cause.answer is None


def test_the_first_who_takes_it_in_hand_stays_named(clinic):
    clinic.booked(ALICE)
    alert = add(clinic, Tier.RED, ALICE)
    acknowledge(clinic, alert)
    clinic.clock.pass_(minutes=5)

    again = acknowledge(clinic, alert)

    assert again.state is AlertState.ACKNOWLEDGED
    assert again.acknowledged_at == alert.opened_at
    with clinic.read_only(clinic.staff()) as uow:
        assert alerts.count_open(uow) == 0
        assert [one.id for one in alerts.open_alerts(uow)] == [alert.id]
        assert alerts.assignees(uow, [again]) == {CORA.id: CORA.name}


def test_closing_an_open_alert_also_says_who_saw_it(clinic):
    clinic.booked(ALICE)
    alert = add(clinic, Tier.RED, ALICE)

    closed = close(clinic, alert, "  Spoke with the patient  ")

    assert closed.state is AlertState.CLOSED
    assert closed.outcome == "Spoke with the patient"
    assert closed.acknowledged_by == closed.closed_by == CORA.id
    assert open_ones(clinic) == []


@pytest.mark.parametrize("outcome", ["", "   "])
def test_no_alert_is_closed_without_an_outcome(clinic, outcome):
    clinic.booked(ALICE)
    alert = add(clinic, Tier.RED, ALICE)

    with pytest.raises(InvalidInput):
        close(clinic, alert, outcome)

    assert clinic.reload(alert).state is AlertState.OPEN


def test_what_came_of_an_alert_is_never_written_over(clinic):
    clinic.booked(ALICE)
    alert = add(clinic, Tier.RED, ALICE)
    close(clinic, alert, "First word")

    with pytest.raises(InvalidTransition):
        close(clinic, alert, "Second word")
    with pytest.raises(InvalidTransition):
        acknowledge(clinic, alert)

    assert clinic.reload(alert).outcome == "First word"


def test_an_alert_that_does_not_exist_is_not_found(clinic):
    with clinic.unit_of_work(clinic.staff()) as uow, pytest.raises(NotFound):
        alerts.acknowledge(uow, new_id())


def test_the_words_that_raised_an_alert_stay_with_it_when_the_patient_corrects_the_numbers(clinic):
    booked = clinic.finished(ALICE)
    [check_in] = [one for one in clinic.all(CheckIn) if one.kind is CheckInKind.AFTER_24H]
    clinic.clock.set(check_in.due_at)
    for scores, note in ((Scores(2, 2, 2), "I have chest pain"), (Scores(2, 2, 3), None)):
        with clinic.unit_of_work(actor(booked, PATIENT)) as uow:
            check_ins.record_scores(uow, check_in.id, NewAnswer(scores, "web", note=note))

    [alert] = clinic.alerts()
    with clinic.read_only() as uow:
        cause = alert_causes.causes(uow, [alert])[alert.id]
    assert alert.appointment_id == booked.id
    assert cause.answer.note == "I have chest pain"
