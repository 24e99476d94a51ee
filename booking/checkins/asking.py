"""Writing a check-in's question into the outbox."""

from dataclasses import replace
from datetime import datetime

from booking.checkins.models import CheckIn
from booking.clinic.unit_of_work import UnitOfWork
from booking.messaging.kinds import Channel, Kind
from booking.messaging.outbox import queue
from booking.scheduling.models import Appointment
from booking.scheduling.notices import draft_for, patient_of
from booking.scheduling.texting import may_text


def ask_check_in(
    uow: UnitOfWork,
    check_in: CheckIn,
    appointment: Appointment,
    *,
    due_at: datetime,
    parts: tuple[object, ...],
) -> None:
    """Write a check-in's question, by text or else by mail."""
    patient = patient_of(appointment)
    channel = Channel.SMS if may_text(uow, patient, appointment) else Channel.EMAIL
    draft = draft_for(
        appointment,
        Kind.CHECK_IN,
        channel,
        due_at=due_at,
        expires_at=check_in.closes_at,
        parts=(check_in.kind, *parts),
    )
    queue(uow, replace(draft, check_in_id=check_in.id))
