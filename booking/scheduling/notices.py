"""Telling a patient what happened to an appointment."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from booking.clinic.actor import PatientActor
from booking.clinic.unit_of_work import UnitOfWork
from booking.messaging import in_flight_queries as phones
from booking.messaging import question_queries as question_store
from booking.messaging.kinds import KINDS, Channel, Kind, lane_of
from booking.messaging.outbox import (
    ANSWER_TEXT_TTL,
    MAIL_TTL,
    NewMessage,
    cancel_pending,
    queue_all,
)
from booking.messaging.reason import Reason
from booking.messaging.rules.send_rules import KEEPS_QUIET_HOURS
from booking.patients.models import Patient
from booking.scheduling.models import Appointment
from booking.scheduling.rules.notice_plan import plan_news, settled_at
from booking.scheduling.texting import TEXTS_STOPPED, is_stopped_all_the_same, may_text


def notify_change(
    uow: UnitOfWork, kind: Kind, appointment: Appointment, *, was_at: datetime | None = None
) -> bool:
    """Tell the patient what just happened to an appointment, by mail and by text.

    Returns whether it goes by text too.
    `was_at` is the time it had before, where it was moved: such news waits until the move has
    settled, and the next move or a cancellation calls it off. Else the mail goes at once; so
    does the text where the patient acted, but never before an older one that is on its way, so
    that it is the last word. What the clinic does of its own motion keeps quiet hours, as
    `plan_news` tells.
    """
    patient, policies = patient_of(appointment), uow.policies
    is_by_patient = isinstance(uow.actor, PatientActor)
    lane = lane_of(kind, is_news=not is_by_patient)
    starts = {appointment.starts_at, was_at or appointment.starts_at}
    at = uow.now
    if was_at is not None:
        settling = policies.booking.settling
        at = settled_at(starts, settling, policies.reminders, now=uow.now)
    mail = draft_for(appointment, kind, Channel.EMAIL, due_at=at, expires_at=at + MAIL_TTL)
    is_texted = may_text(uow, patient, appointment)
    says_how = not is_texted and KINDS[kind].answers_booking
    if says_how and is_stopped_all_the_same(uow, patient, appointment):
        mail = replace(mail, variables={TEXTS_STOPPED: True})
    mail = replace(mail, lane=lane, by_web=is_by_patient)
    if not is_texted:
        queue_all(uow, [mail])
        return False
    lease = policies.delivery.lease
    older = phones.on_their_way_until(uow.session, appointment.id, patient.phone, lease)
    at = max(at, older or at)
    text = draft_for(appointment, kind, Channel.SMS, due_at=at, expires_at=at + ANSWER_TEXT_TTL)
    if not is_by_patient:
        news = plan_news(starts, ZoneInfo(patient.zone), policies.reminders, at=at)
        variables = {KEEPS_QUIET_HOURS: True} if news.keeps_quiet_hours else {}
        text = replace(text, due_at=news.due_at, expires_at=news.expires_at, variables=variables)
    queue_all(uow, [mail, replace(text, lane=lane, by_web=is_by_patient)])
    return True


def withdraw(uow: UnitOfWork, appointment: Appointment, *, reason: Reason) -> None:
    """Call off what is still to be said of an appointment, and close what was asked about it."""
    cancel_pending(uow, appointment.id, reason=reason)
    question_store.close_of_appointment(uow.session, appointment.id, uow.now)


def draft_for(
    appointment: Appointment,
    kind: Kind,
    channel: Channel,
    *,
    due_at: datetime,
    expires_at: datetime,
    parts: tuple[object, ...] = (),
) -> NewMessage:
    """Return a message to the patient of an appointment about it as it stands."""
    patient = patient_of(appointment)
    return NewMessage(
        kind=kind,
        channel=channel,
        recipient=patient.phone if channel is Channel.SMS else patient.email,
        language=patient.language,
        zone=patient.zone,
        due_at=due_at,
        expires_at=expires_at,
        subject=appointment.id,
        parts=(f"v{appointment.version}", *parts),
        appointment_id=appointment.id,
        version=appointment.version,
        patient_id=patient.id,
    )


def patient_of(appointment: Appointment) -> Patient:
    """Return whom to write to about an appointment."""
    if appointment.patient is None:
        raise LookupError("a hold has nobody to write to")
    return appointment.patient
