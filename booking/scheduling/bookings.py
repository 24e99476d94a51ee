"""Turning a hold into a booking, and a request into one."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from booking.checkins import service as check_ins
from booking.clinic.clinic import Clinic
from booking.clinic.policy import ClinicPolicies
from booking.intake.answers import IntakeAnswers, to_json
from booking.intake.models import Clearance, Intake
from booking.intake.rules import Assessment, Outcome, assess
from booking.kit.errors import InvalidInput, TherapistNotBookable
from booking.messaging.message import Kind
from booking.patients import service as people
from booking.patients.consent import ConsentKind, check_consents
from booking.patients.models import Patient
from booking.patients.service import ConsentForm, ReadPerson
from booking.safety.screening import look_at_intake
from booking.scheduling import availability, booking_limits, holds, notices, proofs, reminders
from booking.scheduling import states as rules
from booking.scheduling.hold_limits import Visitor
from booking.scheduling.lookup import locked, note
from booking.scheduling.models import Appointment
from booking.scheduling.proofs import AskedSettings
from booking.scheduling.states import Move


@dataclass(frozen=True)
class Wish:
    """Everything a booking form says."""

    person: ReadPerson
    answers: IntakeAnswers
    consents: frozenset[ConsentKind]
    wants_optional_reminder: bool = False
    discreet: bool = False
    evidence: str | None = None
    """What is kept of the visitor with a yes or no to texts."""


@dataclass(frozen=True)
class Booked:
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
    session: Session,
    hold_id: UUID,
    wish: Wish,
    *,
    clinic: Clinic,
    policies: ClinicPolicies,
    now: datetime,
    by: Visitor | None = None,
) -> Booked:
    """Turn a hold into a booking, with its messages, in one transaction.

    Pressing the button twice gives the same appointment. An expired hold is renewed while
    nobody else has the time. `by` tells who asks over the web. Raises ConsentMissing,
    HoldExpired, TherapistNotBookable, and TooManyBookings for a visitor.
    """
    appointment = locked(session, hold_id)
    assessment = assess(wish.answers)
    if appointment.patient_id is not None:
        return Booked(appointment, assessment)
    person = wish.person
    check_consents(wish.consents)
    if assessment.outcome is Outcome.STOP:
        holds.end(session, appointment, reason="not_today", now=now)
        return Booked(None, assessment)
    if not availability.may_take_place(session, appointment.service_id, appointment.starts_at):
        raise TherapistNotBookable(holds.UNAVAILABLE)
    if by is not None:
        booking_limits.check(session, by, person, policies.abuse, now)
    holds.renew_if_lapsed(session, appointment, policies=policies, now=now)
    patient = _patient(session, appointment, person, wish, clinic, now)
    needs_clearance = assessment.outcome is Outcome.CLEAR
    appointment.state = rules.after(
        appointment.state, Move.REQUEST if needs_clearance else Move.BOOK
    )
    appointment.patient = patient
    appointment.hold_expires_at = None
    appointment.booked_at = now
    session.add(
        Intake(
            patient_id=patient.id,
            appointment_id=appointment.id,
            answers=to_json(wish.answers),
            created_at=now,
        )
    )
    session.flush()
    look_at_intake(
        session, appointment, patient, wish.answers.texts.values(), clinic=clinic, now=now
    )
    actor = f"patient:{patient.id}"
    note(session, appointment, actor, "requested" if needs_clearance else "booked", now)
    if needs_clearance:
        kind, say = Kind.REQUEST_RECEIVED, notices.tell
    else:
        kind, say = Kind.CONFIRMATION, announce
    say(session, kind, appointment, actor=actor, clinic=clinic, policies=policies, now=now)
    return Booked(appointment, assessment)


def _patient(
    session: Session,
    appointment: Appointment,
    person: ReadPerson,
    wish: Wish,
    clinic: Clinic,
    now: datetime,
) -> Patient:
    """Return who books, with their consents kept.

    Of somebody who was known before nothing changes: what the form asks for is kept apart.
    """
    zone, reminder = appointment.patient_zone, wish.wants_optional_reminder
    patient, is_new = people.find_or_add(
        session,
        person,
        zone=zone,
        wants_optional_reminder=reminder,
        discreet=wish.discreet,
        now=now,
    )
    # Of somebody who was known the last word on texts stays theirs until they say another.
    kinds = frozenset(ConsentKind if is_new else set(ConsentKind) - {ConsentKind.SMS})
    form = ConsentForm("booking page", appointment.id, kinds, wish.evidence)
    people.record_consents(session, patient, wish.consents, form=form, clinic=clinic, now=now)
    if is_new:
        proofs.first(appointment, now)
    else:
        texts = ConsentKind.SMS in wish.consents
        asked = AskedSettings(person.language, zone, reminder, wish.discreet, texts)
        proofs.keep_apart(session, appointment, patient, asked, clinic)
    return patient


def grant(
    session: Session,
    appointment_id: UUID,
    clearance: ClearanceNote,
    *,
    user_id: UUID,
    clinic: Clinic,
    policies: ClinicPolicies,
    now: datetime,
) -> Appointment:
    """Record a clinician's clearance and turn the request into a booking."""
    appointment = locked(session, appointment_id)
    problems = {
        name: "Please fill this in."
        for name in ("clinician", "scope")
        if not getattr(clearance, name).strip()
    }
    session_day = appointment.starts_at.date()
    if clearance.expires_on < session_day:
        problems["expires_on"] = "The clearance has to last until the session."
    if clearance.given_on > now.date() + timedelta(days=1):
        problems["given_on"] = "This day has not come yet."
    if problems:
        raise InvalidInput("The clearance needs another look.", problems)
    if not availability.may_take_place(session, appointment.service_id, appointment.starts_at):
        raise TherapistNotBookable(holds.UNAVAILABLE)
    appointment.state = rules.after(appointment.state, Move.GRANT)
    session.add(
        Clearance(
            patient_id=appointment.patient_id,
            appointment_id=appointment.id,
            clinician=clearance.clinician.strip(),
            scope=clearance.scope.strip(),
            given_on=clearance.given_on,
            expires_on=clearance.expires_on,
            recorded_by=user_id,
            recorded_at=now,
        )
    )
    session.flush()
    actor = f"user:{user_id}"
    note(session, appointment, actor, "cleared", now)
    announce(
        session,
        Kind.CONFIRMATION,
        appointment,
        actor=actor,
        clinic=clinic,
        policies=policies,
        now=now,
    )
    return appointment


def announce(
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
    """Tell the patient of a time that stands, and plan what follows from it."""
    notices.tell(
        session,
        kind,
        appointment,
        actor=actor,
        clinic=clinic,
        policies=policies,
        now=now,
        was_at=was_at,
    )
    reminders.plan(session, appointment, clinic=clinic, policies=policies, now=now)
    check_ins.plan_baseline(session, appointment, now=now)
