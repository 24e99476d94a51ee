"""The clinic's staff and patients for tests of the staff's pages: who owns, who shares, who not.

Dana and Theo are therapists; Cora coordinates, Ada administers. Ana has sessions with Dana,
Theo treats Bo; neither therapist may see the other's patient.
"""

from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from types import SimpleNamespace

from argon2 import PasswordHasher
from sqlalchemy import select

from booking.accounts.models import Role, User
from booking.audit.models import AuditEvent
from booking.checkins.models import Answer, CheckIn
from booking.checkins.rules.scores import CheckInKind
from booking.intake.models import Intake
from booking.intake.rules.answers import IntakeAnswers, to_json
from booking.kit.db import db
from booking.kit.ids import new_id
from booking.kit.wall_time import wall_time
from booking.messaging.inbound_models import InboundMessage
from booking.patients.models import Patient
from booking.safety.models import Alert
from booking.safety.rules.red_flags import Tier
from booking.safety.states import AlertState
from booking.scheduling.models import Appointment
from booking.scheduling.states import Proof, State
from booking.scheduling.wall_time_queries import wall_columns
from booking.therapists.models import Therapist
from booking.web.app import create_app
from booking.web.current import EXTENSION
from tests.build.times import SettableClock
from tests.web.pages import NoScriptBrowser
from tests.web.site import settings_for
from tests.web.world import NOW, add_therapist

PASSWORD = "a long demo password"
CLEARANCE = {
    "clinician": "Dr. Sample, rheumatology",
    "scope": "Light work, no legs",
    "given_on": "2026-03-01",
    "expires_on": "2026-06-01",
}
STARTS = NOW + timedelta(hours=1)
"""Ana's next session with Dana: Monday, March 2, 2026, 11:00 in New York."""


@cache
def password_hash():
    """Made once: it takes its time, as it should."""
    return PasswordHasher().hash(PASSWORD)


@contextmanager
def open_site(folder):
    """A site with its cast, and tables of its own in this folder."""
    settings = settings_for(folder, database_url=f"sqlite:///{folder}/staff.sqlite3")
    clock = SettableClock()
    app = create_app(settings, clock=clock)
    with app.app_context():
        db.create_all()
    with app.extensions[EXTENSION].database.transaction() as session:
        add_therapist(session)
    yield StaffSite(app, clock)
    with app.app_context():
        db.engine.dispose()


class StaffSite:
    """A running site with its cast."""

    def __init__(self, app, clock):
        self.app = app
        self.clock = clock
        self.database = app.extensions[EXTENSION].database
        with self.database.transaction() as session:
            self._hire(session)
            self._book(session)

    def _hire(self, session):
        dana = session.scalars(select(Therapist).where(Therapist.slug == "dana-demo")).one()
        theo = add_therapist(session, "theo-demo", "Theo Demo")
        self.therapists = SimpleNamespace(dana=dana.id, theo=theo.id)
        self.places = {t.id: (t.services[0].id, t.locations[0].id) for t in (dana, theo)}
        self.users = {
            "dana": self.add_user(session, "dana", Role.THERAPIST, dana.id),
            "theo": self.add_user(session, "theo", Role.THERAPIST, theo.id),
            "cora": self.add_user(session, "cora", Role.COORDINATOR),
            "ada": self.add_user(session, "ada", Role.ADMINISTRATOR),
        }

    def add_user(self, session, who, role, therapist_id=None):
        user = User(
            id=new_id(),
            email=f"{who}@example.org",
            name=who.title(),
            password_hash=password_hash(),
            role=role,
            therapist_id=therapist_id,
            created_at=NOW,
        )
        session.add(user)
        session.flush()
        return user.id

    def _book(self, session):
        self.ana = self.add_patient(session, "Ana Example", "+12125550134")
        self.bo = self.add_patient(session, "Bo Sample", "+12125550135")
        self.anas = self.add_appointment(session, self.therapists.dana, self.ana, STARTS)
        self.bos = self.add_appointment(session, self.therapists.theo, self.bo, STARTS)

    def add_patient(self, session, name, phone):
        patient = Patient(
            id=new_id(),
            match_key=phone,
            name=name,
            phone=phone,
            email="patient@example.org",
            zone="America/New_York",
            created_at=NOW,
        )
        session.add(patient)
        session.flush()
        return patient.id

    def add_appointment(self, session, therapist_id, patient_id, starts_at, state=State.BOOKED):
        service_id, location_id = self.places[therapist_id]
        ends_at = starts_at + timedelta(minutes=60)
        appointment = Appointment(
            id=new_id(),
            therapist_id=therapist_id,
            service_id=service_id,
            location_id=location_id,
            patient_id=patient_id,
            state=state,
            starts_at=starts_at,
            ends_at=ends_at,
            blocked_from=starts_at,
            blocked_until=ends_at + timedelta(minutes=15),
            patient_zone="America/New_York",
            **wall_columns(wall_time(starts_at, "America/New_York")),
            created_at=NOW,
            proven_at=NOW,
            proven_by=Proof.FIRST,
            finished_at=ends_at if state is State.DONE else None,
        )
        session.add(appointment)
        session.flush()
        return appointment.id

    def add_intake(self, session, patient_id, appointment_id, values, texts=None):
        answers = IntakeAnswers({k: tuple(v) for k, v in values.items()}, texts or {})
        session.add(
            Intake(
                id=new_id(),
                patient_id=patient_id,
                appointment_id=appointment_id,
                answers=to_json(answers),
                created_at=NOW,
            )
        )
        session.flush()

    def add_scores(self, session, patient_id, appointment_id, kind, scores, at):
        check_in = CheckIn(
            id=new_id(),
            appointment_id=appointment_id,
            patient_id=patient_id,
            kind=kind,
            due_at=at,
            closes_at=at + timedelta(hours=48),
            created_at=at,
        )
        session.add(check_in)
        session.flush()
        session.add(
            Answer(
                id=new_id(),
                check_in_id=check_in.id,
                numbers=(*scores, None, None),
                source="sms",
                at=at,
            )
        )
        session.flush()

    def add_visit(self, session, days_ago, before=None, after=None, *, with_="dana"):
        """A session of Ana's that took place, with the scores around it; None: no answer."""
        at = NOW - timedelta(days=days_ago)
        therapist_id = getattr(self.therapists, with_)
        visit = self.add_appointment(session, therapist_id, self.ana, at, State.DONE)
        if before:
            self.add_scores(session, self.ana, visit, CheckInKind.BASELINE, before, at)
        if after:
            later = at + timedelta(hours=25)
            self.add_scores(session, self.ana, visit, CheckInKind.AFTER_24H, after, later)
        return visit

    def add_text(self, session, body, *, patient_id=None, phone="+12125550134", number=1):
        """A text from a phone that waits for a person; returns the carrier's id."""
        text = InboundMessage(
            sid=f"SM{number:032}",
            phone=phone,
            recipient="+15005550006",
            body=body,
            received_at=NOW + timedelta(minutes=number),
            patient_id=patient_id,
            needs_person=True,
        )
        session.add(text)
        session.flush()
        return text.sid

    def add_alert(self, session, tier=Tier.AMBER, patient_id=None, *, at=NOW, **facts):
        alert = Alert(
            id=new_id(),
            tier=tier,
            patient_id=patient_id,
            source_key=str(new_id()),
            state=AlertState.OPEN,
            opened_at=at,
            **facts,
        )
        session.add(alert)
        session.flush()
        return alert.id

    def row(self, model, key):
        """One row as the database holds it."""
        with self.database.read_only() as session:
            found = session.get(model, key)
            session.expunge_all()
            return found

    def openings(self, subject):
        """Who opened what of this kind, as the record says."""
        with self.database.read_only() as session:
            found = session.scalars(
                select(AuditEvent).where(
                    AuditEvent.action == "opened", AuditEvent.subject == subject
                )
            )
            return [(event.actor, event.subject_id) for event in found]

    def browser(self):
        """A browser nobody is signed in with."""
        return NoScriptBrowser(self.app)

    def signed_in(self, who):
        """A browser this member of staff is signed in with."""
        browser = self.browser()
        page = (
            browser.get("/staff/sign-in")
            .form("/sign-in")
            .send(email=f"{who}@example.org", password=PASSWORD)
        )
        assert page.status == 200, page.text
        return browser


def page_of(staff, who="dana", appointment_id=None):
    return staff.signed_in(who).get(f"/staff/appointments/{appointment_id or staff.anas}")


def change(staff, appointment_id, **values):
    with staff.database.transaction() as session:
        row = session.get(Appointment, appointment_id)
        for name, value in values.items():
            setattr(row, name, value)


def state_of(staff, appointment_id):
    return staff.row(Appointment, appointment_id).state
