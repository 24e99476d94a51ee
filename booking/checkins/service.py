"""Check-ins: planned with the session, answered by text or on the web, read as a trend."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.checkins import asking, screening
from booking.checkins import queries as check_in_queries
from booking.checkins.models import Answer, CheckIn, numbers_of
from booking.checkins.rules import scores as score_rules
from booking.checkins.rules.scores import CheckInKind, PlannedCheckIn, Scores
from booking.checkins.rules.trend import SessionScores, Trend, build_trend
from booking.clinic.actor import PatientActor
from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.errors import InvalidInput, NotFound
from booking.kit.ids import new_id
from booking.messaging import outbox
from booking.messaging import queries as message_store
from booking.messaging import question_queries as question_store
from booking.messaging.kinds import Kind
from booking.messaging.reason import Reason
from booking.scheduling import lookup, proofs
from booking.scheduling import queries as appointment_store
from booking.scheduling.events import (
    AppointmentBooked,
    AppointmentMoved,
    SessionFinished,
    WallTimeKept,
)
from booking.scheduling.models import Appointment
from booking.scheduling.states import Proof
from booking.scheduling.visibility import may_see_patient

BASELINE_OPENS = timedelta(hours=12)
"""How long before a session its page asks for the three numbers."""
LONGEST_TREND = 200
"""Sessions a trend looks back on: nearly four years of one a week."""


def plan_baseline(uow: UnitOfWork, event: AppointmentBooked) -> None:
    """Plan the three numbers before the session; its own page asks for them, no text does."""
    planned = score_rules.plan_baseline(event.appointment.starts_at)
    check_in_queries.plan(uow.session, event.appointment, planned, uow.now)


def move_baseline(uow: UnitOfWork, event: AppointmentMoved | WallTimeKept) -> None:
    """Let the numbers before the session follow its new time."""
    appointment = event.appointment
    baseline = check_in_queries.of_kind(uow.session, appointment.id, CheckInKind.BASELINE)
    if baseline is not None:
        planned = score_rules.plan_baseline(appointment.starts_at)
        baseline.due_at, baseline.closes_at = planned.due_at, planned.closes_at


def plan_after_session(uow: UnitOfWork, event: SessionFinished) -> None:
    """Plan what is asked after a session that took place."""
    appointment = event.appointment
    zone = ZoneInfo(appointment.patient.zone if appointment.patient else uow.clinic.zone)
    for planned in score_rules.plan_after(uow.now, zone=zone):
        _plan_and_ask(uow, appointment, planned)


def get(uow: UnitOfWork, check_in_id: UUID) -> CheckIn:
    """Return a check-in; raises NotFound."""
    check_in = check_in_queries.get(uow.session, check_in_id)
    if check_in is None:
        raise NotFound
    return check_in


def baseline_to_answer(uow: UnitOfWork, appointment: Appointment) -> CheckIn | None:
    """Return the check-in before a session where its page asks for it: near it, and once."""
    if not uow.now < appointment.starts_at <= uow.now + BASELINE_OPENS:
        return None
    baseline = check_in_queries.of_kind(uow.session, appointment.id, CheckInKind.BASELINE)
    if baseline is None or check_in_queries.current_answer(uow.session, baseline.id) is not None:
        return None
    return baseline


def is_open(check_in: CheckIn, now: datetime) -> bool:
    """Whether an answer still counts; one before the session may come any time that day."""
    return now < check_in.closes_at


@dataclass(frozen=True)
class NewAnswer:
    """What a patient tells in a check-in; `source` is how it came, by text or on the web."""

    scores: Scores
    source: str
    sleep: int | None = None
    stress: int | None = None
    note: str | None = None


def record_scores(uow: UnitOfWork, check_in_id: UUID, new: NewAnswer) -> Answer:
    """Keep the three numbers, and raise whatever they call for.

    A second answer within the hour replaces the first, which stays in the history. Raises
    InvalidInput when the window is closed or the answer stands already.
    """
    session, now = uow.session, uow.now
    check_in = get(uow, check_in_id)
    # The appointment before its messages and questions, as everybody takes these locks: its
    # own nudge may be at its last look just now.
    appointment = appointment_store.get_for_update(session, check_in.appointment_id)
    check_in = check_in_queries.get_for_update(session, check_in_id) or check_in
    if not is_open(check_in, now):
        raise InvalidInput("check_in_closed")
    earlier = check_in_queries.current_answer(session, check_in.id)
    if earlier is not None:
        if not (
            score_rules.is_correction(earlier.at, now) or _is_of_a_stranger(earlier, appointment)
        ):
            raise InvalidInput("check_in_answered")
        earlier.replaced_at = now
        session.flush()
    kept = Answer(
        id=new_id(),
        check_in_id=check_in.id,
        numbers=numbers_of(new.scores, new.sleep, new.stress),
        note=new.note or None,
        source=new.source,
        at=now,
    )
    session.add(kept)
    session.flush()
    _stop_asking(uow, check_in)
    screening.screen_scores(
        uow, check_in, kept.id, new.scores, note=new.note, by_web=new.source == "web"
    )
    _follow_up(uow, check_in, new.scores)
    return kept


def record_by_link(uow: UnitOfWork, check_in_id: UUID, new: NewAnswer, *, mark: int) -> Answer:
    """Keep the three numbers as the patient whose link it is, and note what the link proves."""
    check_in = get(uow, check_in_id)
    appointment = lookup.locked(uow, check_in.appointment_id)
    by_patient = uow.acting_as(PatientActor(check_in.patient_id))
    proofs.by_link(by_patient, appointment, mark)
    return record_scores(by_patient, check_in_id, new)


def _is_of_a_stranger(earlier: Answer, appointment: Appointment | None) -> bool:
    """Whether an answer came before it showed that the booking is the patient's own."""
    return (
        appointment is not None
        and appointment.proven_at is not None
        and appointment.proven_by is not Proof.FIRST
        and earlier.at < appointment.proven_at
    )


def history(uow: UnitOfWork, patient_id: UUID) -> Trend:
    """Return what a patient's check-ins show, session by session, gaps included.

    Of the newest sessions only: each answer is decrypted for it. Raises NotFound where the
    patient's history is not open to the actor.
    """
    session = uow.session
    if not may_see_patient(session, uow.actor, patient_id):
        raise NotFound
    before: dict[UUID, Scores] = {}
    after: dict[UUID, Scores] = {}
    finished = check_in_queries.finished_sessions(session, patient_id, newest=LONGEST_TREND)
    for appointment_id, kind, scores in check_in_queries.scores_of(
        session, [one.id for one in finished]
    ):
        if kind is CheckInKind.BASELINE:
            before[appointment_id] = scores
        elif kind is CheckInKind.AFTER_24H:
            after[appointment_id] = scores
    return build_trend(
        [SessionScores(one.starts_at, before.get(one.id), after.get(one.id)) for one in finished]
    )


def _plan_and_ask(uow: UnitOfWork, appointment: Appointment, planned: PlannedCheckIn) -> None:
    check_in_queries.plan(uow.session, appointment, planned, uow.now)
    check_in = check_in_queries.of_kind(uow.session, appointment.id, planned.kind)
    if check_in is None:
        raise LookupError("a check-in that was just planned is not there")
    quiet = uow.policies.reminders.quiet_hours
    zone = ZoneInfo(appointment.patient.zone if appointment.patient else uow.clinic.zone)
    times = {"ask": planned.due_at, "nudge": planned.nudge_at}
    for name, at in times.items():
        if at is None:
            continue
        due_at = quiet.moved_later(at, zone)
        if due_at < check_in.closes_at:
            asking.ask_check_in(uow, check_in, appointment, due_at=due_at, parts=(name,))


def _stop_asking(uow: UnitOfWork, check_in: CheckIn) -> None:
    session, now = uow.session, uow.now
    question_store.close_of_check_in(session, check_in.id, now)
    for message in message_store.unsent_of(session, check_in.appointment_id, {Kind.CHECK_IN}):
        if message.check_in_id == check_in.id:
            outbox.cancel(uow, message, reason=Reason.ANSWERED)


def _follow_up(uow: UnitOfWork, check_in: CheckIn, scores: Scores) -> None:
    """Ask once more after 72 h where the first day was worse than before the session."""
    before = _baseline_scores(uow, check_in.appointment_id)
    appointment = appointment_store.get_one(uow.session, check_in.appointment_id)
    if (
        check_in.kind is not CheckInKind.AFTER_24H
        or before is None
        or appointment.finished_at is None
        or appointment.patient is None
    ):
        return
    planned = score_rules.plan_follow_up(
        appointment.finished_at,
        score_rules.change(before, scores),
        zone=ZoneInfo(appointment.patient.zone),
    )
    if planned is not None:
        _plan_and_ask(uow, appointment, planned)


def _baseline_scores(uow: UnitOfWork, appointment_id: UUID) -> Scores | None:
    baseline = check_in_queries.of_kind(uow.session, appointment_id, CheckInKind.BASELINE)
    kept = check_in_queries.current_answer(uow.session, baseline.id) if baseline else None
    return kept.scores if kept else None
