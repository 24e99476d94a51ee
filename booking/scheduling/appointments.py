"""Confirm, move and cancel: what may happen to an appointment before its session."""

from datetime import datetime
from uuid import UUID

from booking.clinic.actor import PatientActor
from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.errors import CutOffPassed
from booking.messaging.kinds import Kind
from booking.messaging.reason import Reason
from booking.scheduling import holds, notices, proofs, states
from booking.scheduling.bookings import confirm_and_schedule
from booking.scheduling.events import AppointmentCancelled, AppointmentMoved
from booking.scheduling.lookup import existing, locked, patient_acting
from booking.scheduling.models import Appointment
from booking.scheduling.states import OPEN_STATES, Proof, State, Transition
from booking.scheduling.transitions import transition, transition_if_free


def get(uow: UnitOfWork, appointment_id: UUID) -> Appointment:
    """Return an appointment; raises NotFound."""
    return existing(uow, appointment_id)


def may_change(uow: UnitOfWork, appointment: Appointment) -> bool:
    """Whether the patient may still move or cancel it without calling the clinic."""
    return appointment.state in OPEN_STATES and states.may_change(
        appointment.starts_at, uow.now, uow.policies.booking
    )


def change_until(uow: UnitOfWork, appointment: Appointment) -> datetime:
    """Return the last instant at which the patient may move or cancel it alone."""
    return appointment.starts_at - uow.policies.booking.change_cutoff


def confirm(uow: UnitOfWork, appointment_id: UUID) -> Appointment:
    """Note that the patient will come."""
    appointment = locked(uow, appointment_id)
    transition(uow, appointment, Transition.CONFIRM)
    return appointment


def confirm_by_link(uow: UnitOfWork, appointment_id: UUID, mark: int) -> Appointment:
    """Note by a link that the patient will come, and what the link proves."""
    appointment = confirm(uow, appointment_id)
    proofs.by_link(uow, appointment, mark)
    return appointment


def confirm_by_reply(uow: UnitOfWork, appointment_id: UUID) -> Appointment:
    """Note that the patient texted that they will come: so the booking is their own."""
    by_patient = uow.acting_as(patient_acting(existing(uow, appointment_id)))
    appointment = confirm(by_patient, appointment_id)
    proofs.prove(by_patient, appointment, Proof.REPLY)
    return appointment


def move_by_link(
    uow: UnitOfWork, appointment_id: UUID, starts_at: datetime, mark: int
) -> Appointment:
    """Move an appointment by a link to it, and note what the link proves."""
    moved = move(uow, appointment_id, starts_at)
    proofs.by_link(uow, moved, mark)
    return moved


def cancel(uow: UnitOfWork, appointment_id: UUID) -> Appointment:
    """Cancel an appointment and everything still to be said about it.

    Raises CutOffPassed for a patient who is too late; staff are not bound by the cut-off.
    """
    appointment = locked(uow, appointment_id)
    if appointment.state is State.CANCELLED:
        return appointment
    _check_cut_off(uow, appointment)
    transition(uow, appointment, Transition.CANCEL)
    notices.withdraw(uow, appointment, reason=Reason.CANCELLED)
    notices.notify_change(uow, Kind.CANCELLED, appointment)
    uow.emit(AppointmentCancelled(appointment))
    return appointment


def move(uow: UnitOfWork, appointment_id: UUID, starts_at: datetime) -> Appointment:
    """Give an appointment another time; its old reminders die with the old time.

    Raises SlotTaken, SlotNotOffered, CutOffPassed, InvalidTransition, TherapistNotBookable.
    """
    appointment = locked(uow, appointment_id)
    states.next_state(appointment.state, Transition.MOVE)
    if appointment.starts_at == starts_at:
        return appointment
    _check_cut_off(uow, appointment)
    offer, slot = holds.offered_slot(uow, appointment.service_id, starts_at, moving=appointment.id)
    holds.end_lapsed_of(uow, offer.therapist_id)
    was_at, times = appointment.starts_at, holds.times_of(slot, offer.eligibility.zone)
    if not transition_if_free(uow, appointment, Transition.MOVE, times):
        raise holds.slot_taken(uow, offer.service_id, starts_at, moving=appointment.id)
    notices.withdraw(uow, appointment, reason=Reason.MOVED)
    uow.emit(AppointmentMoved(appointment, was_at))
    if appointment.state is State.BOOKED:
        confirm_and_schedule(uow, Kind.MOVED, appointment, was_at=was_at)
    else:
        notices.notify_change(uow, Kind.REQUEST_RECEIVED, appointment, was_at=was_at)
    return appointment


def _check_cut_off(uow: UnitOfWork, appointment: Appointment) -> None:
    policy = uow.policies.booking
    is_by_patient = isinstance(uow.actor, PatientActor)
    if is_by_patient and not states.may_change(appointment.starts_at, uow.now, policy):
        hours = int(policy.change_cutoff.total_seconds() // 3600)
        raise CutOffPassed("too_late_to_change", hours=hours, phone=uow.clinic.phone)
