"""Confirm, move and cancel: what may happen to an appointment before its session."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from booking.audit.service import is_patient
from booking.checkins import service as check_ins
from booking.clinic.clinic import Clinic
from booking.clinic.policy import ClinicPolicies
from booking.kit.errors import CutOffPassed, MoveNotAllowed
from booking.messaging import outbox
from booking.messaging import question_queries as question_store
from booking.messaging.message import Kind
from booking.scheduling import holds, notices, proofs
from booking.scheduling import queries as store
from booking.scheduling import states as rules
from booking.scheduling.bookings import announce
from booking.scheduling.lookup import existing, locked, note
from booking.scheduling.models import Appointment
from booking.scheduling.states import Move, Proof, State

MOVABLE = frozenset({State.REQUESTED, State.BOOKED, State.CONFIRMED})


def get(session: Session, appointment_id: UUID) -> Appointment:
    """Return an appointment; raises NotFound."""
    return existing(session, appointment_id)


def lock(session: Session, appointment_id: UUID) -> Appointment:
    """Return an appointment that nobody else can change meanwhile; raises NotFound."""
    return locked(session, appointment_id)


def may_change(appointment: Appointment, *, policies: ClinicPolicies, now: datetime) -> bool:
    """Whether the patient may still move or cancel it without calling the clinic."""
    return appointment.state in MOVABLE and rules.may_change(
        appointment.starts_at, now, policies.booking
    )


def confirm(
    session: Session,
    appointment_id: UUID,
    *,
    actor: str,
    clinic: Clinic,
    policies: ClinicPolicies,
    now: datetime,
) -> Appointment:
    """Note that the patient will come."""
    appointment = locked(session, appointment_id)
    if now >= appointment.starts_at:
        raise MoveNotAllowed("This session has already begun.")
    appointment.state = rules.after(appointment.state, Move.CONFIRM)
    appointment.confirmed_at = appointment.confirmed_at or now
    note(session, appointment, actor, "confirmed", now)
    return appointment


def confirm_by_reply(
    session: Session,
    appointment_id: UUID,
    *,
    clinic: Clinic,
    policies: ClinicPolicies,
    now: datetime,
) -> Appointment:
    """Note that the patient texted that they will come: so the booking is their own."""
    actor = f"patient:{existing(session, appointment_id).patient_id}"
    appointment = confirm(
        session, appointment_id, actor=actor, clinic=clinic, policies=policies, now=now
    )
    proofs.prove(session, appointment, Proof.REPLY, actor=actor, now=now)
    return appointment


def cancel(
    session: Session,
    appointment_id: UUID,
    *,
    actor: str,
    clinic: Clinic,
    policies: ClinicPolicies,
    now: datetime,
) -> Appointment:
    """Cancel an appointment and everything still to be said about it.

    Raises CutOffPassed for a patient who is too late; staff are not bound by the cut-off.
    """
    appointment = locked(session, appointment_id)
    if appointment.state is State.CANCELLED:
        return appointment
    _check_cut_off(appointment, actor, clinic=clinic, policies=policies, now=now)
    appointment.state = rules.after(appointment.state, Move.CANCEL)
    appointment.version += 1
    appointment.cancelled_at = now
    appointment.reason = "by_patient" if is_patient(actor) else "by_clinic"
    session.flush()
    outbox.call_off(outbox.Writing(session, now), appointment.id, reason="appointment cancelled")
    question_store.close_of_appointment(session, appointment.id, now)
    note(session, appointment, actor, "cancelled", now)
    notices.tell(
        session,
        Kind.CANCELLED,
        appointment,
        actor=actor,
        clinic=clinic,
        policies=policies,
        now=now,
    )
    return appointment


def move(
    session: Session,
    appointment_id: UUID,
    starts_at: datetime,
    *,
    actor: str,
    clinic: Clinic,
    policies: ClinicPolicies,
    now: datetime,
) -> Appointment:
    """Give an appointment another time; its old reminders die with the old time.

    Raises SlotTaken, SlotNotOffered, CutOffPassed, MoveNotAllowed, TherapistNotBookable.
    """
    appointment = locked(session, appointment_id)
    if appointment.state not in MOVABLE:
        raise MoveNotAllowed("This appointment cannot be moved any more.")
    if appointment.starts_at == starts_at:
        return appointment
    _check_cut_off(appointment, actor, clinic=clinic, policies=policies, now=now)
    offer, slot = holds.offered_slot(
        session,
        appointment.service_id,
        starts_at,
        policies=policies,
        now=now,
        moving=appointment.id,
    )
    store.end_lapsed_holds(session, now, therapist_id=offer.therapist_id)
    was_at = appointment.starts_at
    # Moving takes back a confirmation: the patient said yes to the old time.
    state = State.BOOKED if appointment.state is State.CONFIRMED else appointment.state
    changes = {
        **holds.times_of(slot, offer.standing.zone),
        "version": appointment.version + 1,
        "state": state,
        "confirmed_at": None,
    }
    if not store.change_if_free(session, appointment, changes):
        raise holds.slot_taken(
            session,
            offer.service_id,
            starts_at,
            policies=policies,
            now=now,
            moving=appointment.id,
        )
    outbox.call_off(outbox.Writing(session, now), appointment.id, reason="appointment moved")
    question_store.close_of_appointment(session, appointment.id, now)
    check_ins.move_baseline(session, appointment)
    note(session, appointment, actor, "moved", now)
    if appointment.state is State.BOOKED:
        announce(
            session,
            Kind.MOVED,
            appointment,
            actor=actor,
            clinic=clinic,
            policies=policies,
            now=now,
            was_at=was_at,
        )
    else:
        notices.tell(
            session,
            Kind.REQUEST_RECEIVED,
            appointment,
            actor=actor,
            clinic=clinic,
            policies=policies,
            now=now,
            was_at=was_at,
        )
    return appointment


def _check_cut_off(
    appointment: Appointment,
    actor: str,
    *,
    clinic: Clinic,
    policies: ClinicPolicies,
    now: datetime,
) -> None:
    if is_patient(actor) and not rules.may_change(appointment.starts_at, now, policies.booking):
        hours = int(policies.booking.change_cutoff.total_seconds() // 3600)
        raise CutOffPassed(
            f"Changes are possible online until {hours} hours before the session. "
            f"Please call us: {clinic.phone}."
        )
