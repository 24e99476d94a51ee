"""Writing messages into the outbox, in the transaction of whatever causes them."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from booking.domain.message import (
    Channel,
    Kind,
    Lane,
    MessageState,
    dedupe_key,
    kept_as,
    lane_of,
    may_become,
)
from booking.domain.news import KEEPS_QUIET_HOURS, plan_news, settled_at
from booking.domain.policy import ClinicPolicies
from booking.domain.recipient import counted_as
from booking.ids import new_id
from booking.models import Appointment, CheckIn, Message, Patient
from booking.ports import Clinic
from booking.services.audit import is_patient
from booking.services.texting import TEXTS_STOPPED, is_stopped_all_the_same, may_text
from booking.store import messages as message_store
from booking.store import phones
from booking.store.upsert import insert_or_ignore

ANSWER_TEXT_KEEPS = timedelta(hours=2)
"""An answer by text that comes later than this only confuses."""
MAIL_KEEPS = timedelta(days=2)
SAY_HOW_TEXTS_COME_AGAIN = frozenset({Kind.CONFIRMATION, Kind.REQUEST_RECEIVED})
"""Mails of a booking, with which the patient has just agreed to texts, or not."""


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
    lane: Lane | None = None
    """Where it is another than its kind's."""
    by_web: bool = False
    """Whether a patient's act on the web set it off: then it counts, and may have to wait."""


def queue(session: Session, draft: Draft, *, now: datetime) -> bool:
    """Write a message unless the same one was written before; False then."""
    appointment = draft.appointment
    lane = lane_of(draft.kind) if draft.lane is None else draft.lane
    kind = kept_as(draft.kind)
    key = dedupe_key(kind, draft.channel, draft.subject, *draft.parts)
    return insert_or_ignore(
        session,
        Message,
        {
            "id": new_id(),
            "dedupe_key": key,
            "kind": kind,
            "sealed_kind": draft.kind if kind is not draft.kind else None,
            "channel": draft.channel,
            "lane": int(lane),
            "appointment_id": appointment.id if appointment else None,
            "appointment_version": appointment.version if appointment else None,
            "check_in_id": draft.check_in.id if draft.check_in else None,
            "patient_id": draft.patient_id,
            "recipient": draft.recipient,
            "counted_as": counted_as(draft.recipient) if draft.by_web else None,
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
    session: Session,
    kind: Kind,
    appointment: Appointment,
    *,
    actor: str,
    clinic: Clinic,
    policies: ClinicPolicies,
    now: datetime,
    was_at: datetime | None = None,
) -> None:
    """Tell the patient what just happened to an appointment, by mail and by text.

    `was_at` is the time it had before, where it was moved: such news waits until the move has
    settled, and the next move or a cancellation calls it off. Else the mail goes at once; so
    does the text where the patient acted, but never before an older one that is on its way, so
    that it is the last word. What the clinic does of its own motion keeps quiet hours, as
    `plan_news` tells.
    """
    patient = patient_of(appointment)
    lane = lane_of(kind, is_news=not is_patient(actor))
    starts = {appointment.starts_at, was_at or appointment.starts_at}
    settling = policies.booking.settling
    at = now if was_at is None else settled_at(starts, settling, policies.reminders, now=now)
    mail = to_patient(
        patient, Channel.EMAIL, kind, appointment, due_at=at, expires_at=at + MAIL_KEEPS
    )
    by_web = is_patient(actor)
    is_texted = may_text(session, patient, clinic, appointment)
    says_how = not is_texted and kind in SAY_HOW_TEXTS_COME_AGAIN
    if says_how and is_stopped_all_the_same(session, patient, clinic, appointment):
        mail = replace(mail, facts={TEXTS_STOPPED: True})
    queue(session, replace(mail, lane=lane, by_web=by_web), now=now)
    if not is_texted:
        return
    lease = policies.delivery.lease
    older = phones.on_their_way_until(session, appointment.id, patient.phone, lease)
    at = max(at, older or at)
    text = to_patient(
        patient, Channel.SMS, kind, appointment, due_at=at, expires_at=at + ANSWER_TEXT_KEEPS
    )
    if not is_patient(actor):
        news = plan_news(starts, ZoneInfo(patient.zone), policies.reminders, at=at)
        facts = {KEEPS_QUIET_HOURS: True} if news.keeps_quiet_hours else {}
        text = replace(text, due_at=news.due_at, expires_at=news.expires_at, facts=facts)
    queue(session, replace(text, lane=lane, by_web=by_web), now=now)


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
    patient = patient_of(appointment)
    channel = Channel.SMS if may_text(session, patient, clinic, appointment) else Channel.EMAIL
    draft = to_patient(
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


def send_by(
    session: Session, message: Message, channel: Channel, patient: Patient, now: datetime
) -> None:
    """Let a message that waits go by another way: the same message, so that it goes once."""
    kind, _, rest = message.dedupe_key.split(":", 2)
    message.channel = channel
    message.dedupe_key = f"{kind}:{channel}:{rest}"
    message.recipient = patient.phone if channel is Channel.SMS else patient.email
    message_store.record(session, message, "sent_by_" + channel.value, now)


def to_patient(
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
    """Return a message to a patient about an appointment as it stands."""
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


def patient_of(appointment: Appointment) -> Patient:
    """Return whom to write to about an appointment."""
    if appointment.patient is None:
        raise LookupError("a hold has nobody to write to")
    return appointment.patient
