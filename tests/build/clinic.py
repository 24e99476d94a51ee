"""The clinic as a test drives it: a database, a clock, a carrier, and the services."""

import itertools
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

from sqlalchemy import update

from booking.clinic.actor import Everything, OwnPatients, PatientActor, StaffActor, System
from booking.conversations import inbound as replies
from booking.kit.db import open_database
from booking.messaging import status_callbacks as receipts
from booking.patients.consent import ConsentKind
from booking.patients.service import Person, read_person
from booking.runtime import build_runtime, clinic_of
from booking.scheduling import appointments, bookings, holds, proofs
from booking.scheduling import attendance as sessions
from booking.scheduling.models import Appointment
from booking.scheduling.states import Proof
from booking.therapists.eligibility import CredentialType
from booking.therapists.models import Credential
from demo.answers import answers
from tests.build.cast import CORA, DANA, NEW_YORK, PatientOfCast
from tests.build.gateways import FakeEmail, FakeSms
from tests.build.practice import open_practice
from tests.build.readings import Readings
from tests.build.settings import SENDER, settings_of
from tests.build.times import SettableClock, utc
from workers.sending import send_due

PATIENT = "the patient"
"""Who acts, where it is the appointment's own patient."""


class Clinic(Readings):
    """One clinic with the cast's therapists; every verb is one transaction at the clock's time."""

    def __init__(self, engine, url):
        self.engine = engine
        self.url = url
        self.clock = SettableClock()
        self.sms, self.email = FakeSms(), FakeEmail()
        self.runtime = build_runtime(
            settings_of(url),
            open_database(engine),
            clock=self.clock,
            sms=self.sms,
            email=self.email,
        )
        self._sids = (f"SM{number:032x}" for number in itertools.count(10**9))
        with self.transaction() as session:
            self.services = open_practice(session)

    @property
    def now(self):
        return self.clock.now()

    def transaction(self):
        return self.runtime.database.transaction()

    def unit_of_work(self, actor=System.WORKERS):
        """Open a unit of work at the clock's time."""
        return self.runtime.unit_of_work(actor)

    def staff(self, therapist=None, *, by=CORA):
        """Return who acts: CORA of the office, or with a therapist somebody who sees as they do."""
        sees = OwnPatients(self.therapist(therapist).id) if therapist else Everything()
        return StaffActor(by.id, sees)

    @contextmanager
    def read_only(self, actor=System.WORKERS):
        """Open a unit of work whose rows stay readable afterwards."""
        with self.runtime.read_only(actor) as uow:
            yield uow
            uow.session.expunge_all()

    @contextmanager
    def reading(self):
        """Read rows that stay readable afterwards."""
        with self.runtime.database.read_only() as session:
            yield session
            # The rollback that ends it would make every row forget what it holds.
            session.expunge_all()

    def calls_at_night(self, on_call):
        """Let alerts page this phone or mail address."""
        clinic = replace(self.runtime.clinic, on_call=on_call)
        self.runtime = replace(self.runtime, clinic=clinic)

    def texts_also(self, *countries):
        """Let texts go to these countries beside the clinic's own."""
        self.changes_clinic(text_countries=frozenset(countries))

    def changes_clinic(self, **changes):
        """Give the clinic another name, mail address or the like."""
        self.runtime = replace(self.runtime, clinic=replace(self.runtime.clinic, **changes))

    def changes_policies(self, **changes):
        """Put other policies in force, such as booking=BookingPolicy(daily_cap=1)."""
        self.runtime = replace(self.runtime, policies=replace(self.runtime.policies, **changes))

    def lapses(self, therapist, last_day):
        """Let a therapist's licence end with this day."""
        with self.transaction() as session:
            session.execute(
                update(Credential)
                .where(Credential.therapist_id == self.therapist(therapist).id)
                .where(Credential.type == CredentialType.LICENCE)
                .values(expires_on=last_day)
            )

    # -- booking ---------------------------------------------------------------

    def service(self, with_=DANA, minutes=60):
        return self.services[with_.slug, minutes]

    def held(self, with_=DANA, at="2026-03-05T14:00Z", *, minutes=60, zone=NEW_YORK, by=None):
        with self.unit_of_work(System.BOOKING_PAGE) as uow:
            return holds.hold(uow, self.service(with_, minutes), utc(at), zone, by=by)

    def book(self, hold, patient, *, by=None, **intake):
        """Send the form for a held slot; the answers not given say that nothing is the matter."""
        return self.book_wish(hold, wish_of(patient, clinic=self.runtime.clinic, **intake), by=by)

    def book_wish(self, hold, wish, *, by=None):
        """Send a form as it stands."""
        with self.unit_of_work(System.BOOKING_PAGE) as uow:
            return bookings.book(uow, hold.id, wish, by=by)

    def booked(self, patient, *, with_=DANA, at="2026-03-05T14:00Z", minutes=60, **intake):
        """Hold a slot and book it; returns the appointment."""
        hold = self.held(with_, at, minutes=minutes, zone=patient.zone)
        return self.book(hold, patient, **intake).appointment

    def proves(self, booked):
        """Let it show that the patient made a booking, as a text from their phone does."""
        with self.unit_of_work(actor(booked, PATIENT)) as uow:
            proofs.prove(uow, uow.session.get_one(Appointment, booked.id), Proof.REPLY)

    def release(self, hold):
        with self.unit_of_work(System.BOOKING_PAGE) as uow:
            holds.release(uow, hold.id)

    def end_lapsed(self):
        """End the holds whose time is over, as the workers do; returns how many."""
        with self.unit_of_work(System.WORKERS) as uow:
            return holds.end_lapsed(uow)

    # -- what may happen to an appointment -------------------------------------

    def move(self, booked, to, *, by=PATIENT):
        with self.unit_of_work(actor(booked, by)) as uow:
            return appointments.move(uow, booked.id, utc(to))

    def cancel(self, booked, *, by=PATIENT):
        return self._step(appointments.cancel, booked, by)

    def confirm(self, booked, *, by=PATIENT):
        return self._step(appointments.confirm, booked, by)

    def arrive(self, booked, *, by=CORA):
        return self._step(sessions.arrive, booked, by)

    def finish(self, booked, *, by=CORA):
        return self._step(sessions.finish, booked, by)

    def miss(self, booked, *, by=CORA):
        return self._step(sessions.miss, booked, by)

    def finished(self, patient, *, with_=DANA, at="2026-03-05T14:00Z", **intake):
        """Book a session and let it take place; the clock then stands at its end."""
        booked = self.booked(patient, with_=with_, at=at, **intake)
        self.clock.set(booked.ends_at)
        return self.finish(booked)

    def grant(self, requested, *, clinician="Dr. Example", scope="Light pressure", expires_on=None):
        note = bookings.ClearanceNote(
            clinician=clinician,
            scope=scope,
            given_on=self.now.date(),
            expires_on=expires_on or requested.starts_at.date(),
        )
        with self.unit_of_work(actor(requested, CORA)) as uow:
            return bookings.grant(uow, requested.id, note)

    def _step(self, verb, booked, by):
        with self.unit_of_work(actor(booked, by)) as uow:
            return verb(uow, booked.id)

    # -- texts -----------------------------------------------------------------

    def send_due(self, owner="sender-1"):
        """Send what is due; returns how many messages were handed over."""
        return send_due(self.runtime, owner)

    def lets_it_settle(self):
        """Wait until a move is told, and send it."""
        self.clock.pass_(seconds=self.runtime.policies.booking.settling.total_seconds())
        return self.send_due()

    def send_all(self, until):
        """Let time run on to an instant, sending each message when it comes due."""
        while due := self.next_due(until):
            self.clock.set(max(due, self.now))
            self.send_due()
        self.clock.set(until)

    def text_from(self, someone, body, *, sid=None, sent_at=None, media=()):
        """Receive a text; False where the carrier had handed it over before.

        `sent_at` is of one that no webhook brought, and that is found in the carrier's list.
        """
        phone = getattr(someone, "phone", someone)
        inbound = replies.Inbound(
            sid or next(self._sids), phone, SENDER, body, sent_at, len(media), tuple(media)
        )
        with self.unit_of_work(System.CARRIER) as uow:
            is_new = replies.store_inbound(uow, inbound)
        with self.unit_of_work(System.CARRIER) as uow:
            replies.process(uow, inbound.sid, self.runtime.subjects)
        return is_new

    def report(self, message, status, code=None, *, sid=None, by_id=True):
        """Take the carrier's report about a message."""
        told = receipts.StatusReport(
            message_id=message.id if by_id else None,
            sid=sid or self.reload(message).provider_sid,
            status=status,
            error_code=code,
        )
        with self.unit_of_work(System.CARRIER) as uow:
            return receipts.apply_report(uow, told, self.runtime.subjects)

    @property
    def rules(self):
        """The arguments that nearly every service takes."""
        return {
            "clinic": self.runtime.clinic,
            "policies": self.runtime.policies,
            "now": self.now,
        }


def wish_of(patient: PatientOfCast, *, clinic=None, **intake):
    """Return what a patient of the cast sends with the booking form."""
    clinic = clinic or clinic_of(settings_of("sqlite://"))
    typed = Person(patient.name, patient.phone, patient.email, patient.language)
    consents = set(ConsentKind)
    if not patient.agrees_to_texts:
        consents.remove(ConsentKind.SMS)
    return bookings.BookingRequest(
        person=read_person(typed, clinic=clinic),
        answers=answers(**intake),
        consents=frozenset(consents),
        wants_optional_reminder=patient.wants_optional_reminder,
        discreet=patient.discreet,
    )


def actor(booked: Appointment, by):
    """Return who acts: the appointment's patient, or somebody of the staff."""
    if by == PATIENT:
        return PatientActor(booked.patient_id)
    return StaffActor(by if isinstance(by, UUID) else by.id, Everything())
