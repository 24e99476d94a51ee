"""A small clinic for tests of the website: one therapist who can be booked, one who cannot."""

from datetime import UTC, date, datetime, time, timedelta

from booking.therapists.eligibility import ApplicationState, CredentialStatus, CredentialType
from booking.therapists.models import Credential, Location, Service, Therapist, WeeklyHours

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
"""Monday, March 2, 2026, 10:00 in New York."""

VALID_UNTIL = date(2027, 6, 30)
CHECKED_ON = date(2026, 2, 20)


class StandingClock:
    """A clock that moves only when told to."""

    def __init__(self, at=NOW):
        self.at = at

    def now(self):
        return self.at

    def pass_(self, **length):
        self.at += timedelta(**length)


def add_therapist(session, slug="dana-demo", name="Dana Demo", *, licence_until=VALID_UNTIL):
    """Add a therapist in New York who works from 9 to 17 on weekdays."""
    therapist = Therapist(
        slug=slug,
        name=name,
        practice="Quiet Hands (demo)",
        about="Works slowly and asks often.",
        application_state=ApplicationState.APPROVED,
        expertise=["Lupus", "Fibromyalgia"],
        techniques=["Gentle Swedish", "Myofascial release"],
        positions=["side-lying", "seated"],
        languages=["English", "Spanish"],
        created_at=NOW,
    )
    session.add(therapist)
    session.flush()
    place = Location(
        therapist_id=therapist.id,
        name="Demo Practice",
        address="1 Example Street",
        city="New York",
        jurisdiction="US-NY",
        zone="America/New_York",
        step_free=True,
        table_height="Electric, from 45 cm",
        arrival_note="Ring twice, the door opens by itself.",
    )
    session.add(place)
    session.flush()
    session.add_all(_services(therapist, place))
    session.add_all(
        WeeklyHours(
            therapist_id=therapist.id,
            location_id=place.id,
            weekday=weekday,
            opens=time(9),
            closes=time(17),
        )
        for weekday in range(5)
    )
    session.add_all(_credentials(therapist, licence_until))
    session.flush()
    return therapist


def _services(therapist, place):
    for name, minutes in (("Gentle session", 60), ("Long session", 90)):
        yield Service(
            therapist_id=therapist.id,
            location_id=place.id,
            name=name,
            description="With pauses.",
            minutes=minutes,
            minutes_before=0,
            minutes_after=15,
            price_cents=9500,
            currency="USD",
        )


def _credentials(therapist, licence_until):
    kinds = {
        CredentialType.LICENCE: ("State of New York", "US-NY", licence_until),
        CredentialType.INSURANCE: ("Example Mutual", "US", VALID_UNTIL),
        CredentialType.IDENTITY: ("Clinic", "US", None),
        CredentialType.BACKGROUND_CHECK: ("Example Screening", "US", VALID_UNTIL),
        CredentialType.FIRST_AID: ("Example Aid", "US", VALID_UNTIL),
        CredentialType.AUTOIMMUNE_TRAINING: ("Example School", "US", VALID_UNTIL),
    }
    for kind, (issuer, jurisdiction, expires_on) in kinds.items():
        yield Credential(
            therapist_id=therapist.id,
            type=kind,
            issuer=issuer,
            jurisdiction=jurisdiction,
            number="D-0001",
            name_on_record=therapist.name,
            status=CredentialStatus.VALID,
            disciplinary="none",
            issued_on=date(2025, 1, 15),
            expires_on=expires_on,
            source_url="https://register.example.org/D-0001",
            training_hours=24 if kind is CredentialType.AUTOIMMUNE_TRAINING else None,
            checked_on=CHECKED_ON,
            checked_by="demo checker",
        )


WELL = {
    "q_flare": "no",
    "q_fever_48h": "no",
    "q_infection": "no",
    "q_red_signs": ["none"],
    "q_suspected_clot": "no",
    "q_clot_history": "no",
    "q_antiphospholipid": "no",
    "q_anticoagulant": "none",
    "q_low_platelets": "no",
    "q_organs_changing": "no",
    "q_bones": ["none"],
    "q_pregnancy": "no",
    "q_surgery_port": ["none"],
}
"""The intake of somebody whom nothing keeps from a session."""

ANA = {
    "name": "Ana Example",
    "phone": "(212) 555-0134",
    "email": "ana@example.org",
    "language": "en",
    "consent_treatment": "yes",
    "consent_health_data": "yes",
    "consent_sharing": "yes",
    "consent_sms": "yes",
    **WELL,
}
"""A booking form filled in well."""
