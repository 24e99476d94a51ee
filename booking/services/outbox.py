"""Writing messages into the outbox, in the transaction of whatever causes them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from booking.domain.message import (
    Channel,
    Kind,
    MessageState,
    dedupe_key,
    lane_of,
    may_become,
)
from booking.domain.policy import ClinicPolicies
from booking.domain.reminders import plan_reminders
from booking.ids import new_id
from booking.models import Appointment, CheckIn, Message, Patient
from booking.ports import Clinic
from booking.store import messages as message_store
from booking.store import patients as patient_store
from booking.store.upsert import insert_or_ignore

ANSWER_TEXT_KEEPS = timedelta(hours=2)
"""An answer by text that comes later than this only confuses."""
MAIL_KEEPS = timedelta(days=2)


@dataclass(frozen=True)
class Draft:
    """A message to be written: to whom, what about, when due, and until when worth sending."""

    kind: Kind
    channel: Channel
    recipient: str
    language: str
    zone: str
    due_at: datetime
    expires_at: datetime
    subject: UUID | str
    parts: tuple[object, ...] = ()
    appointment: Appointment | None = None
    check_in: CheckIn | None = None
    patient_id: UUID | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    words: str | None = None
    """What a person wrote; every other message is made from its template as it leaves."""


def queue(session: Session, draft: Draft, *, now: datetime) -> bool:
    """Write a message unless the same one was written before; False then."""
    appointment = draft.appointment
    key = dedupe_key(draft.kind, draft.channel, draft.subject, *draft.parts)
    return insert_or_ignore(
        session,
        Message,
        {
            "id": new_id(),
            "dedupe_key": key,
            "kind": draft.kind,
            "channel": draft.channel,
            "lane": int(lane_of(draft.kind)),
            "appointment_id": appointment.id if appointment else None,
            "appointment_version": appointment.version if appointment else None,
            "check_in_id": draft.check_in.id if draft.check_in else None,
            "patient_id": draft.patient_id,
            "recipient": draft.recipient,
            "language": draft.language,
            "zone": draft.zone,
            "facts": draft.facts,
            "words": draft.words,
            "due_at": draft.due_at,
            "expires_at": draft.expires_at,
            "next_attempt_at": draft.due_at,
            "state": MessageState.PENDING,
            "created_at": now,
        },
        ["dedupe_key"],
    )


def tell(
    session: Session, kind: Kind, appointment: Appointment, *, clinic: Clinic, now: datetime
) -> None:
    """Tell the patient at once what just happened to an appointment, by mail and by text."""
    patient = _patient(appointment)
    channels = [Channel.EMAIL]
    if patient_store.may_text(session, patient, clinic.sender):
        channels.append(Channel.SMS)
    for channel in channels:
        keeps = ANSWER_TEXT_KEEPS if channel is Channel.SMS else MAIL_KEEPS
        queue(
            session,
            _to(patient, channel, kind, appointment, due_at=now, expires_at=now + keeps),
            now=now,
        )


def plan_appointment_reminders(
    session: Session,
    appointment: Appointment,
    *,
    clinic: Clinic,
    policies: ClinicPolicies,
    now: datetime,
) -> None:
    """Write the reminders of an appointment's present time, by text or else by mail."""
    patient = _patient(appointment)
    may_text = patient_store.may_text(session, patient, clinic.sender)
    channel = Channel.SMS if may_text else Channel.EMAIL
    for reminder in plan_reminders(
        appointment.starts_at,
        ZoneInfo(patient.zone),
        policies.reminders,
        now=now,
        with_optional_lead=patient.wants_optional_reminder,
    ):
        hours = f"{reminder.lead // timedelta(hours=1)}h"
        draft = _to(
            patient,
            channel,
            Kind.REMINDER,
            appointment,
            due_at=reminder.due_at,
            expires_at=reminder.expires_at,
            parts=(hours,),
        )
        queue(session, draft, now=now)


def ask(
    session: Session,
    check_in: CheckIn,
    appointment: Appointment,
    *,
    due_at: datetime,
    parts: tuple[object, ...],
    clinic: Clinic,
    now: datetime,
) -> None:
    """Write a check-in's question, by text or else by mail."""
    patient = _patient(appointment)
    may_text = patient_store.may_text(session, patient, clinic.sender)
    channel = Channel.SMS if may_text else Channel.EMAIL
    draft = _to(
        patient,
        channel,
        Kind.CHECK_IN,
        appointment,
        due_at=due_at,
        expires_at=check_in.closes_at,
        parts=(check_in.kind, *parts),
        check_in=check_in,
    )
    queue(session, draft, now=now)


def call_off(
    session: Session,
    appointment_id: UUID,
    *,
    reason: str,
    now: datetime,
    kinds: Collection[Kind] | None = None,
) -> int:
    """Cancel what has not begun to leave about an appointment; returns how many."""
    called_off = message_store.unsent_of(session, appointment_id, kinds)
    for message in called_off:
        if may_become(message.state, MessageState.CANCELLED):
            message_store.enter(
                session, message, MessageState.CANCELLED, now, what="cancelled", reason=reason
            )
    return len(called_off)


def _to(
    patient: Patient,
    channel: Channel,
    kind: Kind,
    appointment: Appointment,
    *,
    due_at: datetime,
    expires_at: datetime,
    parts: tuple[object, ...] = (),
    check_in: CheckIn | None = None,
) -> Draft:
    return Draft(
        kind=kind,
        channel=channel,
        recipient=patient.phone if channel is Channel.SMS else patient.email,
        language=patient.language,
        zone=patient.zone,
        due_at=due_at,
        expires_at=expires_at,
        subject=appointment.id,
        parts=(f"v{appointment.version}", *parts),
        appointment=appointment,
        check_in=check_in,
        patient_id=patient.id,
    )


def _patient(appointment: Appointment) -> Patient:
    if appointment.patient is None:
        raise LookupError("a hold has nobody to write to")
    return appointment.patient
