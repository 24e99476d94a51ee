"""Turning a hold into a booking, and a request into one."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from booking.clinic.actor import PatientActor, staff_id
from booking.clinic.unit_of_work import UnitOfWork
from booking.intake.models import Clearance, Intake
from booking.intake.rules.answers import IntakeAnswers, to_json
from booking.intake.rules.assessment import Assessment, AssessmentOutcome, assess
from booking.kit.errors import Flaw, InvalidInput, TherapistNotBookable
from booking.messaging.kinds import Kind
from booking.patients import service as people
from booking.patients.consent import ConsentKind, check_consents
from booking.patients.models import Patient
from booking.patients.service import ConsentForm, ReadPerson
from booking.scheduling import availability, booking_limits, holds, notices, proofs, reminders
from booking.scheduling.events import AppointmentBooked, AppointmentRequested, IntakeGiven
from booking.scheduling.hold_limits import Visitor
from booking.scheduling.lookup import locked
from booking.scheduling.models import Appointment
from booking.scheduling.proofs import AskedSettings
from booking.scheduling.states import Transition
from booking.scheduling.transitions import transition


@dataclass(frozen=True)
class BookingRequest:
    """Everything a booking form says."""

    person: ReadPerson
    answers: IntakeAnswers
    consents: frozenset[ConsentKind]
    wants_optional_reminder: bool = False
    discreet: bool = False
    evidence: str | None = None
    """What is kept of the visitor with a yes or no to texts."""


@dataclass(frozen=True)
class BookingResult:
    """What came of a booking: no appointment where the answers say that it must not be."""

    appointment: Appointment | None
    assessment: Assessment


@dataclass(frozen=True)
class ClearanceNote:
    """A clinician's word, as staff heard or read it."""

    clinician: str
    scope: str
    given_on: date
    expires_on: date


def book(
    uow: UnitOfWork, hold_id: UUID, wish: BookingRequest, *, by: Visitor | None = None
) -> BookingResult:
    """Turn a hold into a booking, with its messages, in one transaction.

    Pressing the button twice gives the same appointment. An expired hold is renewed while
    nobody else has the time. `by` tells who asks over the web. Raises ConsentMissing,
    HoldExpired, TherapistNotBookable, and TooManyBookings for a visitor.
    """
    appointment = locked(uow, hold_id)
    assessment = assess(wish.answers)
    if appointment.patient_id is not None:
        return BookingResult(appointment, assessment)
    person = wish.person
    check_consents(wish.consents)
    if assessment.outcome is AssessmentOutcome.STOP:
        transition(uow, appointment, Transition.REFUSE)
        return BookingResult(None, assessment)
    if not availability.may_take_place(uow, appointment.service_id, appointment.starts_at):
        raise TherapistNotBookable
    if by is not None:
        booking_limits.check(uow, by, person)
    holds.renew_if_lapsed(uow, appointment)
    patient = _patient(uow, appointment, person, wish)
    needs_clearance = assessment.outcome is AssessmentOutcome.CLEAR
    by_patient = uow.acting_as(PatientActor(patient.id))
    appointment.patient = patient
    transition(by_patient, appointment, Transition.REQUEST if needs_clearance else Transition.BOOK)
    uow.session.add(
        Intake(
            patient_id=patient.id,
            appointment_id=appointment.id,
            answers=to_json(wish.answers),
            created_at=uow.now,
        )
    )
    uow.session.flush()
    by_patient.emit(IntakeGiven(appointment, tuple(wish.answers.texts.values())))
    if needs_clearance:
        notices.notify_change(by_patient, Kind.REQUEST_RECEIVED, appointment)
        by_patient.emit(AppointmentRequested(appointment))
    else:
        confirm_and_schedule(by_patient, Kind.CONFIRMATION, appointment)
        by_patient.emit(AppointmentBooked(appointment))
    return BookingResult(appointment, assessment)


def _patient(
    uow: UnitOfWork, appointment: Appointment, person: ReadPerson, wish: BookingRequest
) -> Patient:
    """Return who books, with their consents kept.

    Of somebody who was known before nothing changes: what the form asks for is kept apart.
    """
    zone, reminder = appointment.patient_zone, wish.wants_optional_reminder
    patient, is_new = people.find_or_add(
        uow, person, zone=zone, wants_optional_reminder=reminder, discreet=wish.discreet
    )
    # Of somebody who was known the last word on texts stays theirs until they say another.
    kinds = frozenset(ConsentKind if is_new else set(ConsentKind) - {ConsentKind.SMS})
    form = ConsentForm("booking page", appointment.id, kinds, wish.evidence)
    people.record_consents(uow, patient, wish.consents, form=form)
    if is_new:
        proofs.first(uow, appointment)
    else:
        texts = ConsentKind.SMS in wish.consents
        asked = AskedSettings(person.language, zone, reminder, wish.discreet, texts)
        proofs.keep_apart(uow, appointment, patient, asked)
    return patient


def grant(uow: UnitOfWork, appointment_id: UUID, clearance: ClearanceNote) -> Appointment:
    """Record a clinician's clearance, as somebody signed in does, and book what was requested."""
    recorded_by = staff_id(uow.actor)
    appointment = locked(uow, appointment_id)
    problems = {
        name: Flaw("missing")
        for name in ("clinician", "scope")
        if not getattr(clearance, name).strip()
    }
    session_day = appointment.starts_at.date()
    if clearance.expires_on < session_day:
        problems["expires_on"] = Flaw("clearance_too_short")
    if clearance.given_on > uow.now.date() + timedelta(days=1):
        problems["given_on"] = Flaw("day_in_future")
    if problems:
        raise InvalidInput(**problems)
    if not availability.may_take_place(uow, appointment.service_id, appointment.starts_at):
        raise TherapistNotBookable
    transition(uow, appointment, Transition.GRANT)
    uow.session.add(
        Clearance(
            patient_id=appointment.patient_id,
            appointment_id=appointment.id,
            clinician=clearance.clinician.strip(),
            scope=clearance.scope.strip(),
            given_on=clearance.given_on,
            expires_on=clearance.expires_on,
            recorded_by=recorded_by,
            recorded_at=uow.now,
        )
    )
    uow.session.flush()
    confirm_and_schedule(uow, Kind.CONFIRMATION, appointment)
    uow.emit(AppointmentBooked(appointment))
    return appointment


def confirm_and_schedule(
    uow: UnitOfWork, kind: Kind, appointment: Appointment, *, was_at: datetime | None = None
) -> None:
    """Tell the patient of a time that stands, and plan its reminders."""
    is_texted = notices.notify_change(uow, kind, appointment, was_at=was_at)
    reminders.plan(uow, appointment, is_texted=is_texted)
