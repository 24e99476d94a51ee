"""Writing a check-in's question into the outbox."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.checkins.models import CheckIn
from booking.clinic.clinic import Clinic
from booking.messaging.message import Channel, Kind
from booking.messaging.outbox import Writing, queue
from booking.scheduling.models import Appointment
from booking.scheduling.notices import patient_of, to_patient
from booking.scheduling.texting import may_text


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
        check_in_id=check_in.id,
    )
    queue(Writing(session, now), draft)
