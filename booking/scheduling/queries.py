"""Appointments: the writes that must not collide, and the reads around them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Table, bindparam, func, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.sql.dml import ReturningInsert

from booking.kit.advisory_locks import LockSpace
from booking.kit.any_of import among
from booking.kit.upsert import as_stored
from booking.messaging.models import Message
from booking.scheduling.models import Appointment
from booking.scheduling.states import OPEN_STATES, State
from booking.therapists.models import Therapist

NO_OVERLAP = "appointment_no_overlap"
"""The name the exclusion constraint and the triggers share."""


# Statements made once: making one costs as much as running it.
_ONE = select(Appointment).where(Appointment.id == bindparam("id", type_=Appointment.id.type))
# FOR NO KEY UPDATE: nobody changes the key, and whoever writes a message about an appointment
# while holding locks on others, as an opt-out does, must not have to wait for this one.
_ONE_LOCKED = _ONE.with_for_update(of=Appointment, key_share=True).execution_options(
    populate_existing=True
)
_TABLE = cast(Table, Appointment.__table__)
_INSERT = insert(_TABLE)
_KEY = (bindparam("lock_space", type_=Integer), bindparam("lock_key", type_=Integer))
_KEEP_INSERTS_OUT = select(func.pg_advisory_xact_lock(*_KEY))
_WITH_INSERTS = select(func.pg_advisory_xact_lock_shared(*_KEY)).cte("with_inserts")

_WHAT_A_MESSAGE_SAYS = (
    joinedload(Appointment.patient),
    joinedload(Appointment.service),
    selectinload(Appointment.location),
    selectinload(Appointment.therapist).load_only(Therapist.name, Therapist.application_state),
)


def get(
    session: Session, appointment_id: UUID, *, where: ColumnElement[bool] | None = None
) -> Appointment | None:
    """Return an appointment that meets a condition."""
    query = _ONE if where is None else _ONE.where(where)
    return session.scalar(query, {"id": appointment_id})


def get_for_update(
    session: Session, appointment_id: UUID, *, where: ColumnElement[bool] | None = None
) -> Appointment | None:
    """Lock an appointment that meets a condition against other writers."""
    query = _ONE_LOCKED if where is None else _ONE_LOCKED.where(where)
    return session.scalar(query, {"id": appointment_id})


def find(session: Session, appointment_id: UUID) -> Appointment | None:
    """Return an appointment; one that the session has is not read again."""
    return session.get(Appointment, appointment_id)


def get_one(session: Session, appointment_id: UUID) -> Appointment:
    """Return an appointment that must be there; one the session has is not read again."""
    return session.get_one(Appointment, appointment_id)


def unproven(session: Session, appointment_ids: Collection[UUID]) -> frozenset[UUID]:
    """Return those of some appointments that nobody knows the patient to have made."""
    return frozenset(
        session.scalars(
            select(Appointment.id).where(
                Appointment.id.in_(appointment_ids), Appointment.proven_at.is_(None)
            )
        )
    )


def next_of_patients(
    session: Session, patient_ids: Collection[UUID], now: datetime
) -> Sequence[Appointment]:
    """Return the next session of each of some patients that still stands, earliest first."""
    if not patient_ids:
        return []
    found: dict[UUID | None, Appointment] = {}
    for one in session.scalars(
        select(Appointment)
        .where(
            among(session, Appointment.patient_id, patient_ids),
            Appointment.state.in_(OPEN_STATES),
            Appointment.starts_at > now,
        )
        .order_by(Appointment.starts_at, Appointment.id)
    ):
        found.setdefault(one.patient_id, one)
    return list(found.values())


def lock_of_messages(session: Session, message_ids: Sequence[UUID]) -> Sequence[Appointment]:
    """Lock the appointments some messages are about, always in the same order."""
    about = select(Message.appointment_id).where(
        among(session, Message.id, message_ids), Message.appointment_id.is_not(None)
    )
    return session.scalars(
        select(Appointment)
        .where(Appointment.id.in_(about))
        .order_by(Appointment.id)
        .with_for_update(of=Appointment, key_share=True)
        .execution_options(populate_existing=True)
        .options(*_WHAT_A_MESSAGE_SAYS)
    ).all()


def upcoming_of(session: Session, patient_id: UUID, now: datetime) -> Sequence[Appointment]:
    """Return a patient's sessions that are still to come, the earliest first."""
    return session.scalars(
        select(Appointment)
        .where(
            Appointment.patient_id == patient_id,
            Appointment.state.in_(OPEN_STATES),
            Appointment.starts_at > now,
        )
        .order_by(Appointment.starts_at)
    ).all()


def insert_if_free(session: Session, values: Mapping[str, Any]) -> Appointment | None:
    """Insert a live appointment; None when the database says the time is taken.

    ON CONFLICT DO NOTHING on PostgreSQL: a plain insert against an exclusion constraint makes
    concurrent writers wait for each other in circles until the deadlock detector wakes.
    """
    if _is_postgresql(session):
        asked = {**values, **_lock_of(values["therapist_id"])}
        if session.connection().execute(_insert_if_free(tuple(values)), asked).first() is None:
            return None
    else:
        try:
            session.connection().execute(_INSERT, dict(values))
        except IntegrityError as refused:
            _raise_unless_overlap(refused)
            return None
    return as_stored(session, Appointment(**values))


def change_if_free(session: Session, appointment: Appointment, values: Mapping[str, Any]) -> bool:
    """Give an appointment another time or make it live again; False when that time is taken.

    A change waits until no insert for this therapist is under way, and keeps others out
    while it looks: an UPDATE has no ON CONFLICT DO NOTHING.
    """
    # SQLite has one writer at a time already.
    if _is_postgresql(session):
        session.connection().execute(_KEEP_INSERTS_OUT, _lock_of(appointment.therapist_id))
    try:
        with session.begin_nested():
            session.execute(
                update(Appointment).where(Appointment.id == appointment.id).values(**values)
            )
    except IntegrityError as refused:
        _raise_unless_overlap(refused)
        return False
    session.refresh(appointment)
    return True


def change_those_in(
    session: Session, ids: Sequence[UUID], states: Collection[State], values: Mapping[str, Any]
) -> None:
    """Change those of some appointments that are in one of some states, in one statement."""
    if ids:
        session.execute(
            update(Appointment)
            .where(Appointment.id.in_(ids), Appointment.state.in_(states))
            .values(**values)
        )


@cache
def _insert_if_free(columns: tuple[str, ...]) -> ReturningInsert[tuple[UUID]]:
    """Return the statement that locks and inserts: the lock's row is what the insert reads."""
    row = select(*(bindparam(name, type_=_TABLE.c[name].type) for name in columns))
    return (
        postgresql.insert(_TABLE)
        .from_select(columns, row.select_from(_WITH_INSERTS))
        .on_conflict_do_nothing()
        .returning(_TABLE.c.id)
    )


def _lock_of(therapist_id: int) -> dict[str, int]:
    return {"lock_space": int(LockSpace.THERAPIST), "lock_key": therapist_id}


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _raise_unless_overlap(refused: IntegrityError) -> None:
    if NO_OVERLAP not in str(refused.orig):
        raise refused
