"""The day of the session: who came, who did not, and what follows."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from booking.domain import appointment as rules
from booking.domain.appointment import Move, Proof
from booking.domain.message import Kind
from booking.domain.policy import ClinicPolicies
from booking.models import Appointment
from booking.ports import Clinic
from booking.services import check_ins, outbox, proofs
from booking.services.found import locked, note
from booking.store import questions as question_store


def arrive(
    session: Session,
    appointment_id: UUID,
    *,
    actor: str,
    clinic: Clinic,
    policies: ClinicPolicies,
    now: datetime,
) -> Appointment:
    """Note that the patient is here."""
    appointment = locked(session, appointment_id)
    appointment.state = rules.after(appointment.state, Move.ARRIVE)
    outbox.call_off(
        session, appointment.id, reason="patient is here", now=now, kinds={Kind.REMINDER}
    )
    note(session, appointment, actor, "arrived", now)
    proofs.prove(session, appointment, Proof.SESSION, actor=actor, now=now)
    return appointment


def finish(
    session: Session,
    appointment_id: UUID,
    *,
    actor: str,
    clinic: Clinic,
    policies: ClinicPolicies,
    now: datetime,
) -> Appointment:
    """Note that the session took place, and plan the check-in that follows it."""
    appointment = locked(session, appointment_id)
    appointment.state = rules.finished(appointment.state, starts_at=appointment.starts_at, now=now)
    appointment.finished_at = now
    outbox.call_off(session, appointment.id, reason="session is done", now=now)
    question_store.close_of_appointment(session, appointment.id, now)
    note(session, appointment, actor, "done", now)
    proofs.prove(session, appointment, Proof.SESSION, actor=actor, now=now)
    check_ins.plan_after_session(session, appointment, clinic=clinic, policies=policies, now=now)
    return appointment


def miss(
    session: Session,
    appointment_id: UUID,
    *,
    actor: str,
    clinic: Clinic,
    policies: ClinicPolicies,
    now: datetime,
) -> Appointment:
    """Note that the patient did not come."""
    appointment = locked(session, appointment_id)
    appointment.state = rules.missed(appointment.state, starts_at=appointment.starts_at, now=now)
    outbox.call_off(session, appointment.id, reason="session was missed", now=now)
    question_store.close_of_appointment(session, appointment.id, now)
    note(session, appointment, actor, "missed", now)
    return appointment
