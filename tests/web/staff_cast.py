"""The clinic's staff and patients for tests of the staff's pages: who owns, who shares, who not.

Dana and Theo are therapists; Cora coordinates, Ada administers. Ana has sessions with Dana,
Theo treats Bo; neither therapist may see the other's patient.
"""

from datetime import datetime, timedelta
from types import SimpleNamespace

from cryptography.fernet import Fernet

from booking.domain.appointment import State
from booking.domain.checkin import CheckInKind
from booking.domain.intake import IntakeAnswers, to_json
from booking.ids import new_id
from booking.models import Answer, Appointment, Base, CheckIn, Intake, Patient
from booking.models.user import Role
from booking.services import staff as accounts
from booking.settings import Settings
from booking.web.app import create_app
from booking.web.current import EXTENSION
from tests.web.pages import NoScriptBrowser
from tests.web.world import NOW, StandingClock, add_therapist

PASSWORD = "a long demo password"
EMAILS = {
    "dana": "dana@example.org",
    "theo": "theo@example.org",
    "cora": "cora@example.org",
    "ada": "ada@example.org",
}
STARTS = NOW + timedelta(hours=1)
"""Ana's next session with Dana: Monday, March 2, 2026, 11:00 in New York."""


def settings_for(folder):
    """Settings of a site whose data lie in this folder."""
    return Settings(
        database_url=f"sqlite:///{folder}/staff.sqlite3",
        data_dir=folder,
        public_base_url="http://localhost",
        secret_keys="s" * 20 + "taff-pages-test-key",
        field_keys=Fernet.generate_key().decode(),
        clinic_name="Demo Clinic",
        clinic_phone="+1 212 555 0100",
        twilio_account_sid="AC" + "0" * 32,
        twilio_auth_tokens="t" * 32,
        twilio_from="+15005550006",
        smtp_url="smtp://127.0.0.1:1",
        mail_from="clinic@example.org",
    )


class StaffSite:
    """A running site with its cast."""

    def __init__(self, folder):
        self.clock = StandingClock()
        self.app = create_app(settings_for(folder), clock=self.clock)
        self.database = self.app.extensions[EXTENSION].database
        with self.database.transaction() as session:
            Base.metadata.create_all(session.connection())
        with self.database.transaction() as session:
            self._hire(session)
            self._book(session)

    def _hire(self, session):
        dana = add_therapist(session)
        theo = add_therapist(session, "theo-demo", "Theo Demo")
        self.therapists = SimpleNamespace(dana=dana.id, theo=theo.id)
        self.places = {t.id: (t.services[0].id, t.locations[0].id) for t in (dana, theo)}
        roles = {
            "dana": (Role.THERAPIST, dana.id),
            "theo": (Role.THERAPIST, theo.id),
            "cora": (Role.COORDINATOR, None),
            "ada": (Role.ADMINISTRATOR, None),
        }
        self.users = {
            who: accounts.add_user(
                session,
                email=EMAILS[who],
                name=who.title(),
                password=PASSWORD,
                role=role,
                therapist_id=therapist_id,
                now=NOW,
            ).id
            for who, (role, therapist_id) in roles.items()
        }

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
            created_at=NOW,
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

    def add_scores(self, session, patient_id, appointment_id, kind, scores, at: datetime):
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
        pain, tiredness, stiffness = scores
        session.add(
            Answer(
                id=new_id(),
                check_in_id=check_in.id,
                pain=pain,
                tiredness=tiredness,
                stiffness=stiffness,
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

    def get_row(self, model, key):
        with self.database.reading() as session:
            row = session.get(model, key)
            session.expunge(row)
            return row

    def browser(self):
        """A browser nobody is signed in with."""
        return NoScriptBrowser(self.app)

    def signed_in(self, who):
        """A browser this member of staff is signed in with."""
        browser = self.browser()
        page = browser.get("/staff/sign-in").form("/sign-in").send(
            email=EMAILS[who], password=PASSWORD
        )
        assert page.status == 200, page.text
        return browser
