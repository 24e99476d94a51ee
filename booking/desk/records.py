"""What staff opens: an appointment or a patient, with all that belongs to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from booking.checkins import service as check_ins
from booking.checkins.rules.trend import Trend
from booking.clinic.unit_of_work import UnitOfWork
from booking.desk import alert_causes, bad_numbers, calendar, record_queries
from booking.desk import message_log_queries as log_store
from booking.desk.alert_causes import Cause
from booking.desk.bad_numbers import Unreachable
from booking.intake import queries as intake_queries
from booking.intake import service as intakes
from booking.intake.models import Clearance
from booking.intake.rules.answers import IntakeAnswers
from booking.intake.rules.assessment import Assessment
from booking.kit.errors import NotFound
from booking.messaging.models import Message
from booking.patients.models import Patient
from booking.safety import alerts
from booking.safety.models import Alert
from booking.scheduling import appointment_links as links
from booking.scheduling.appointment_links import SentLink
from booking.scheduling.models import Appointment


@dataclass(frozen=True)
class OpenAlerts:
    """The alerts about a patient that nobody has closed, and what raised each."""

    alerts: Sequence[Alert]
    causes: Mapping[UUID, Cause]


@dataclass(frozen=True)
class PatientRecord:
    """A patient's history; `appointments` are those that whoever opens it may see."""

    patient: Patient
    trend: Trend
    appointments: Sequence[Appointment]
    open_alerts: OpenAlerts
    unreachable: Sequence[Unreachable]


@dataclass(frozen=True)
class AppointmentRecord:
    """An appointment with all that was said before it and about it.

    `trend` is None, and no alert is there, where the patient's history is not open to whoever
    opens the appointment: one that was cancelled does not open what the patient shares with
    others since.
    """

    appointment: Appointment
    intake: tuple[IntakeAnswers, Assessment] | None
    clearances: Sequence[Clearance]
    messages: Sequence[Message]
    links: Sequence[SentLink]
    trend: Trend | None
    open_alerts: OpenAlerts
    unreachable: Sequence[Unreachable]


def get_appointment(uow: UnitOfWork, appointment_id: UUID) -> Appointment:
    """Return an appointment; raises NotFound where the actor may not see it."""
    appointment = record_queries.appointment_of(uow.session, uow.actor, appointment_id)
    if appointment is None:
        raise NotFound
    return appointment


def of_appointment(uow: UnitOfWork, appointment_id: UUID) -> AppointmentRecord:
    """Return the record of an appointment; raises NotFound where the actor may not see it."""
    appointment = get_appointment(uow, appointment_id)
    patient = (
        record_queries.patient_of(uow.session, uow.actor, appointment.patient_id)
        if appointment.patient_id is not None
        else None
    )
    return AppointmentRecord(
        appointment=appointment,
        intake=intakes.latest(uow, appointment.id),
        clearances=intake_queries.clearances_of(uow.session, appointment.id),
        messages=log_store.of_appointment(uow.session, appointment.id),
        links=links.of_appointment(uow, appointment),
        trend=check_ins.history(uow, patient.id) if patient else None,
        open_alerts=_open_alerts(uow, patient) if patient else OpenAlerts((), {}),
        unreachable=bad_numbers.of_appointment(uow, appointment.id),
    )


def of_patient(uow: UnitOfWork, patient_id: UUID) -> PatientRecord:
    """Return a patient's record; raises NotFound where their history is not open to the actor."""
    patient = record_queries.patient_of(uow.session, uow.actor, patient_id)
    if patient is None:
        # Who may not open a patient learns nothing, not even that there is one.
        raise NotFound
    return PatientRecord(
        patient=patient,
        trend=check_ins.history(uow, patient.id),
        appointments=calendar.of_patient(uow, patient.id),
        open_alerts=_open_alerts(uow, patient),
        unreachable=bad_numbers.of_patient(uow, patient.id),
    )


def _open_alerts(uow: UnitOfWork, patient: Patient) -> OpenAlerts:
    found = alerts.of_patient(uow, patient)
    return OpenAlerts(found, alert_causes.causes(uow, found))
