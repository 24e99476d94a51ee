"""Check-ins and their answers."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, defer, joinedload

from booking.checkins.models import Answer, CheckIn
from booking.checkins.rules.scores import CheckInKind, PlannedCheckIn, Scores
from booking.kit.any_of import among
from booking.kit.ids import new_id
from booking.kit.upsert import insert_or_ignore
from booking.scheduling.link_models import ClosedLink
from booking.scheduling.models import Appointment


def plan(
    session: Session, appointment: Appointment, planned: PlannedCheckIn, now: datetime
) -> None:
    """Write a check-in unless the appointment has one of that kind."""
    insert_or_ignore(
        session,
        CheckIn,
        {
            "id": new_id(),
            "appointment_id": appointment.id,
            "patient_id": appointment.patient_id,
            "kind": planned.kind,
            "due_at": planned.due_at,
            "nudge_at": planned.nudge_at,
            "closes_at": planned.closes_at,
            "created_at": now,
        },
        ["appointment_id", "kind"],
    )


def get(session: Session, check_in_id: UUID) -> CheckIn | None:
    """Return a check-in."""
    return session.scalar(select(CheckIn).where(CheckIn.id == check_in_id))


def get_for_update(session: Session, check_in_id: UUID) -> CheckIn | None:
    """Lock a check-in against a second answer."""
    return session.scalar(
        select(CheckIn)
        .where(CheckIn.id == check_in_id)
        # FOR NO KEY UPDATE: who asks for it, or nudges, refers to it meanwhile.
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def by_ids(session: Session, ids: Collection[UUID]) -> Sequence[CheckIn]:
    """Return check-ins by id."""
    return session.scalars(select(CheckIn).where(CheckIn.id.in_(ids))).all() if ids else ()


def answered(session: Session, ids: Collection[UUID]) -> frozenset[UUID]:
    """Return those of some check-ins that have an answer."""
    if not ids:
        return frozenset()
    rows = session.scalars(
        select(Answer.check_in_id).where(Answer.check_in_id.in_(ids), Answer.replaced_at.is_(None))
    )
    return frozenset(rows)


def of_kind(session: Session, appointment_id: UUID, kind: CheckInKind) -> CheckIn | None:
    """Return an appointment's check-in of a kind."""
    return session.scalar(
        select(CheckIn).where(CheckIn.appointment_id == appointment_id, CheckIn.kind == kind)
    )


def current_answer(session: Session, check_in_id: UUID) -> Answer | None:
    """Return the answer that counts."""
    return session.scalar(
        select(Answer).where(Answer.check_in_id == check_in_id, Answer.replaced_at.is_(None))
    )


def answers_to(session: Session, check_in_ids: Collection[UUID]) -> Sequence[Answer]:
    """Return every answer to some check-ins, those that were corrected included."""
    return session.scalars(select(Answer).where(Answer.check_in_id.in_(check_in_ids))).all()


def scores_of(
    session: Session, appointment_ids: Collection[UUID]
) -> Sequence[tuple[UUID, CheckInKind, Scores]]:
    """Return the scores that count of some sessions: each is decrypted for it, no note is."""
    if not appointment_ids:
        return ()
    rows = session.execute(
        select(CheckIn.appointment_id, CheckIn.kind, Answer)
        .join(Answer, Answer.check_in_id == CheckIn.id)
        .where(
            among(session, CheckIn.appointment_id, appointment_ids),
            Answer.replaced_at.is_(None),
        )
        .options(defer(Answer.note))
    )
    return [(appointment_id, kind, answer.scores) for appointment_id, kind, answer in rows]


def last_answered_before(session: Session, patient_id: UUID, at: datetime) -> UUID | None:
    """Return a patient's last session before an instant that has an answer."""
    return session.scalar(
        select(Appointment.id)
        .join(CheckIn, CheckIn.appointment_id == Appointment.id)
        .join(Answer, Answer.check_in_id == CheckIn.id)
        .where(
            CheckIn.patient_id == patient_id,
            Answer.replaced_at.is_(None),
            Appointment.starts_at < at,
            # What somebody else booked and answered is no history of the patient's.
            Appointment.proven_at.is_not(None),
        )
        .order_by(Appointment.starts_at.desc(), Appointment.id)
        .limit(1)
    )


def finished_sessions(session: Session, patient_id: UUID, *, newest: int) -> Sequence[Appointment]:
    """Return a patient's newest sessions that took place, the earliest of them first."""
    found = session.scalars(
        select(Appointment)
        .where(
            Appointment.patient_id == patient_id,
            Appointment.finished_at.is_not(None),
            Appointment.proven_at.is_not(None),
        )
        .options(joinedload(Appointment.service))
        .order_by(Appointment.starts_at.desc(), Appointment.id.desc())
        .limit(newest)
    ).all()
    return found[::-1]


def is_closed_of_check_in(session: Session, check_in_id: UUID, mark: int) -> bool:
    """Whether this link to a check-in was closed, with those to its appointment."""
    closed = exists().where(
        CheckIn.id == check_in_id,
        ClosedLink.appointment_id == CheckIn.appointment_id,
        ClosedLink.mark == mark,
    )
    return bool(session.scalar(select(closed)))
