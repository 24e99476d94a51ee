"""Check-ins and their answers."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from booking.domain.checkin import CheckInKind, PlannedCheckIn
from booking.ids import new_id
from booking.models import Answer, Appointment, CheckIn
from booking.store.upsert import insert_or_ignore


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


def get(session: Session, check_in_id: UUID, *, lock: bool = False) -> CheckIn | None:
    """Return a check-in, locked against a second answer if asked."""
    query = select(CheckIn).where(CheckIn.id == check_in_id)
    if lock:
        # FOR NO KEY UPDATE: who asks for it, or nudges, refers to it meanwhile.
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return session.scalar(query)


def of_ids(session: Session, ids: Collection[UUID]) -> Sequence[CheckIn]:
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


def answered_sessions(
    session: Session, patient_id: UUID
) -> Sequence[tuple[Appointment, CheckInKind, Answer]]:
    """Return every answer that counts with its session, the earliest session first."""
    rows = session.execute(
        select(Appointment, CheckIn.kind, Answer)
        .join(CheckIn, CheckIn.appointment_id == Appointment.id)
        .join(Answer, Answer.check_in_id == CheckIn.id)
        .where(CheckIn.patient_id == patient_id, Answer.replaced_at.is_(None))
        .order_by(Appointment.starts_at)
    )
    return [(appointment, kind, answer) for appointment, kind, answer in rows]


def finished_sessions(session: Session, patient_id: UUID) -> Sequence[Appointment]:
    """Return a patient's sessions that took place, the earliest first."""
    return session.scalars(
        select(Appointment)
        .where(Appointment.patient_id == patient_id, Appointment.finished_at.is_not(None))
        .options(joinedload(Appointment.service))
        .order_by(Appointment.starts_at)
    ).all()
