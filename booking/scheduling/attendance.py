"""The day of the session: who came, who did not, and what follows."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from booking.checkins import service as check_ins
from booking.clinic.clinic import Clinic
from booking.clinic.policy import ClinicPolicies
from booking.messaging import outbox
from booking.messaging import question_queries as question_store
from booking.messaging.message import Kind
from booking.scheduling import proofs
from booking.scheduling import states as rules
from booking.scheduling.lookup import locked, note
from booking.scheduling.models import Appointment
from booking.scheduling.states import Move, Proof


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
        outbox.Writing(session, now),
        appointment.id,
        reason="patient is here",
        kinds={Kind.REMINDER},
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
    outbox.call_off(outbox.Writing(session, now), appointment.id, reason="session is done")
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
    outbox.call_off(outbox.Writing(session, now), appointment.id, reason="session was missed")
    question_store.close_of_appointment(session, appointment.id, now)
    note(session, appointment, actor, "missed", now)
    return appointment
