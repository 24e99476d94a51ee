"""Puts the cast's therapists and staff into a database."""

from datetime import date, timedelta

from booking.accounts.models import Role, User
from booking.kit.ids import new_id
from booking.therapists.eligibility import ApplicationState, CredentialStatus, CredentialType
from booking.therapists.models import Credential, Location, Service, Therapist, WeeklyHours
from tests.build.cast import CORA, DANA, NEW_YORK, THEO
from tests.build.times import MONDAY, utc

VALID_UNTIL = date(2027, 6, 30)
CHECKED_ON = date(2026, 2, 20)
SERVICES = {60: "Gentle session", 90: "Long session"}
"""By their minutes; each is followed by a quarter of an hour to rest and tidy up."""


def open_practice(session):
    """Add the therapists and the coordinator; returns the services by (slug, minutes)."""
    found = {}
    for one in (DANA, THEO):
        for service in add_therapist(session, one):
            found[one.slug, service.minutes] = service.id
    session.add(
        User(
            id=CORA.id,
            email=CORA.email,
            name=CORA.name,
            password_hash="!",
            role=Role.COORDINATOR,
            therapist_id=None,
            active=True,
            created_at=utc(MONDAY),
        )
    )
    session.flush()
    return found


def add_therapist(session, one):
    """Add one therapist, working all week at a place in New York; returns the services."""
    therapist = Therapist(
        slug=one.slug,
        name=one.name,
        practice=f"{one.name}'s practice (demo)",
        about="Works slowly and asks often.",
        application_state=ApplicationState.APPROVED,
        expertise=["Sore joints"],
        techniques=["Swedish, light"],
        positions=["On the side", "Seated"],
        languages=["English", "Spanish"],
        created_at=utc(MONDAY) - timedelta(days=400),
    )
    session.add(therapist)
    session.flush()
    place = Location(
        id=new_id(),
        therapist_id=therapist.id,
        name="The quiet room",
        address="1 Example Street",
        city="New York",
        jurisdiction="US-NY",
        zone=NEW_YORK,
        step_free=True,
        table_height="45 to 85 cm, electric",
        arrival_note="Ring the lower bell.",
    )
    session.add(place)
    session.flush()
    services = [_service(therapist, place, minutes) for minutes in SERVICES]
    session.add_all([*services, *_hours(therapist, place, one), *_credentials(therapist)])
    session.flush()
    return services


def _service(therapist, place, minutes):
    return Service(
        id=new_id(),
        therapist_id=therapist.id,
        location_id=place.id,
        name=SERVICES[minutes],
        description="With pauses.",
        minutes=minutes,
        minutes_before=0,
        minutes_after=15,
        price_cents=9500,
        currency="USD",
    )


def _hours(therapist, place, one):
    return [
        WeeklyHours(
            therapist_id=therapist.id,
            location_id=place.id,
            weekday=weekday,
            opens=one.opens,
            closes=one.closes,
        )
        for weekday in range(7)
    ]


def _credentials(therapist):
    places = {
        CredentialType.LICENCE: "US-NY",
        CredentialType.INSURANCE: "US",
        CredentialType.IDENTITY: "US",
        CredentialType.BACKGROUND_CHECK: "US",
        CredentialType.FIRST_AID: "US",
    }
    return [
        Credential(
            therapist_id=therapist.id,
            type=type_,
            issuer="Example board",
            jurisdiction=place,
            number=f"DEMO-{therapist.id:04d}",
            name_on_record=therapist.name,
            status=CredentialStatus.VALID,
            disciplinary="none",
            issued_on=date(2025, 1, 15),
            expires_on=None if type_ is CredentialType.IDENTITY else VALID_UNTIL,
            source_url="https://register.example.org/demo",
            training_hours=None,
            checked_on=CHECKED_ON,
            checked_by="Demo coordinator",
        )
        for type_, place in places.items()
    ]
