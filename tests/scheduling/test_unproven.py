"""What a booking that nobody proved says of a patient, and opens of them: nothing."""

from dataclasses import replace
from datetime import timedelta

from booking.checkins import service as check_ins
from booking.checkins.rules.scores import CheckInKind, Scores
from booking.checkins.service import NewAnswer
from booking.conversations import inbox, waiting
from booking.desk import alert_causes, bad_numbers
from booking.kit.errors import NotFound
from booking.messaging.kinds import Channel
from booking.patients.consent import ConsentKind
from booking.patients.models import Consent
from booking.safety import alerts
from booking.scheduling import proofs, visibility
from booking.scheduling.bookings import BookingRequest
from booking.scheduling.models import Appointment
from tests.build.cast import ALICE, CORA, DANA, THEO
from tests.build.clinic import PATIENT, actor, wish_of
from tests.scheduling.proving import FIRST, SECOND, STRANGER, marks

LANDLINE = 30006
EVERYTHING = {"waiting", "counted", "conversation", "bad numbers", "bad number"}


def seen_of_alice(clinic, therapist, sid):
    """Where staff sees something of what ALICE texted, or that her phone takes no texts."""
    alice = clinic.patient(ALICE).id
    with clinic.read_only(clinic.staff(therapist)) as uow:
        places = {
            "waiting": waiting.waiting_for_person(uow),
            "counted": waiting.count_waiting(uow),
            "conversation": conversation(uow, sid),
            "bad numbers": bad_numbers.unreachable(uow),
            "bad number": bad_numbers.of_patient(uow, alice),
        }
        return {place for place, found in places.items() if found}


def conversation(uow, sid):
    try:
        return inbox.conversation(uow, sid).entries
    except NotFound:
        return ()


def test_numbers_given_for_a_session_nobody_proved_are_no_history_of_the_patient(clinic):
    earlier = clinic.finished(ALICE, at="2026-03-03T14:00Z")
    foreign = clinic.booked(STRANGER, at="2026-03-05T14:00Z")
    baseline = clinic.check_ins(foreign)[CheckInKind.BASELINE]
    clinic.clock.set(foreign.starts_at - timedelta(hours=1))
    with clinic.unit_of_work(actor(foreign, PATIENT)) as uow:
        check_ins.record_scores(uow, baseline.id, NewAnswer(Scores(10, 10, 10), "web"))

    clinic.clock.pass_(hours=2)
    clinic.miss(foreign)

    with clinic.read_only() as uow:
        trend = check_ins.history(uow, earlier.patient_id)
    assert [one.at for one in trend.sessions] == [earlier.starts_at]
    assert trend.answered == 0


def test_the_patients_own_numbers_take_the_place_of_a_strangers(clinic):
    clinic.finished(ALICE, at="2026-03-03T14:00Z")
    foreign = clinic.booked(replace(STRANGER, agrees_to_texts=True), at="2026-03-05T14:00Z")
    clinic.send_due()
    baseline = clinic.check_ins(foreign)[CheckInKind.BASELINE]
    clinic.clock.set(foreign.starts_at - timedelta(hours=3))
    with clinic.unit_of_work(actor(foreign, PATIENT)) as uow:
        check_ins.record_scores(uow, baseline.id, NewAnswer(Scores(10, 10, 10), "web"))
    clinic.clock.pass_(hours=2)

    with clinic.unit_of_work(actor(foreign, PATIENT)) as uow:
        booked = uow.session.get_one(Appointment, foreign.id)
        mark = marks(clinic, foreign)[Channel.EMAIL]
        proofs.by_link(uow, booked, mark)
        check_ins.record_scores(uow, baseline.id, NewAnswer(Scores(2, 3, 4), "web"))

    assert clinic.scores(foreign, CheckInKind.BASELINE) == (2, 3, 4)


def test_booking_in_a_patients_name_opens_their_history_to_no_other_therapist(clinic):
    clinic.finished(ALICE, with_=DANA, at="2026-03-03T14:00Z")
    clinic.text_from(ALICE, "chest pain")
    foreign = clinic.booked(STRANGER, with_=THEO, at="2026-03-05T19:00Z")
    theo = clinic.staff(THEO)
    with clinic.read_only(theo) as uow:
        assert not visibility.may_see_patient(uow.session, theo, foreign.patient_id)
        assert alerts.open_alerts(uow) == []

    clinic.clock.set(foreign.starts_at)
    clinic.arrive(foreign, by=CORA)

    with clinic.read_only(theo) as uow:
        assert visibility.may_see_patient(uow.session, theo, foreign.patient_id)
        assert len(alerts.open_alerts(uow)) == 1


def test_booking_in_a_patients_name_shows_their_texts_and_bad_number_to_no_other_therapist(clinic):
    clinic.booked(ALICE, with_=DANA, at="2026-03-03T14:00Z")
    clinic.sms.answers_with(error_code=LANDLINE)
    clinic.send_due()
    clinic.text_from(ALICE, "Is there parking?")
    [sid] = [text.sid for text in clinic.inbound()]
    foreign = clinic.booked(STRANGER, with_=THEO, at="2026-03-05T19:00Z")
    assert seen_of_alice(clinic, DANA, sid) == EVERYTHING
    assert seen_of_alice(clinic, None, sid) == EVERYTHING
    with clinic.read_only(clinic.staff(THEO)) as uow:
        assert bad_numbers.of_appointment(uow, foreign.id) == []
    assert seen_of_alice(clinic, THEO, sid) == set()

    clinic.proves(foreign)

    assert seen_of_alice(clinic, THEO, sid) == EVERYTHING
    with clinic.read_only(clinic.staff(THEO)) as uow:
        assert len(bad_numbers.of_appointment(uow, foreign.id)) == 1


def test_the_office_reads_of_a_bad_number_on_the_page_of_a_booking_nobody_proved(clinic, known):
    clinic.text_from(ALICE, "HELP")
    clinic.sms.answers_with(error_code=LANDLINE)
    clinic.send_due()
    foreign = clinic.booked(STRANGER, with_=THEO, at="2026-03-12T19:00Z")

    with clinic.read_only(clinic.staff()) as uow:
        assert len(bad_numbers.of_appointment(uow, foreign.id)) == 1


def test_words_of_danger_in_a_strangers_form_are_heeded_and_said_to_be_unproven(clinic, known):
    clinic.booked(STRANGER, at=SECOND, note="I think of suicide")

    with clinic.read_only(clinic.staff()) as uow:
        [alert] = alerts.open_alerts(uow)
        assert alert_causes.causes(uow, [alert])[alert.id].is_unproven


def test_consents_name_their_booking_and_what_was_seen_of_the_visitor_with_texts_alone(clinic):
    hold = clinic.held(at=FIRST)
    wish: BookingRequest = replace(wish_of(ALICE), evidence='{"address": "d1"}')

    booked = clinic.book_wish(hold, wish).appointment

    kept = {one.kind: one for one in clinic.all(Consent)}
    assert {one.appointment_id for one in kept.values()} == {booked.id}
    assert kept[ConsentKind.SMS].evidence == '{"address": "d1"}'
    assert {one.evidence for kind, one in kept.items() if kind is not ConsentKind.SMS} == {None}
