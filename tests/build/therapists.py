"""A therapist with all that a booking needs: a place, services, hours and credentials."""

from datetime import date

from booking.therapists.eligibility import ApplicationState, CredentialStatus, CredentialType
from booking.therapists.models import Credential, Location, Service, Therapist, WeeklyHours
from tests.build.cast import NEW_YORK
from tests.build.times import MONDAY, utc

VALID_UNTIL = date(2027, 6, 30)
CHECKED_ON = date(2026, 2, 20)
SERVICES = {60: "Gentle session", 90: "Long session"}
"""By their minutes; each is followed by a quarter of an hour to rest and tidy up."""
CREDENTIALS = {
    CredentialType.LICENCE: ("State of New York", "US-NY"),
    CredentialType.INSURANCE: ("Example Mutual", "US"),
    CredentialType.IDENTITY: ("Clinic", "US"),
    CredentialType.BACKGROUND_CHECK: ("Example Screening", "US"),
    CredentialType.FIRST_AID: ("Example Aid", "US"),
    CredentialType.AUTOIMMUNE_TRAINING: ("Example School", "US"),
}
EVERY_DAY, WEEKDAYS = range(7), range(5)


def add_therapist(session, one, *, days=EVERY_DAY, licence_until=VALID_UNTIL):
    """Add a therapist of the cast, who works at a place in New York on these days."""
    therapist = Therapist(
        slug=one.slug,
        name=one.name,
        practice="Quiet Hands (demo)",
        about="Works slowly and asks often.",
        application_state=ApplicationState.APPROVED,
        expertise=["Sore joints"],
        techniques=["Gentle Swedish", "Myofascial release"],
        positions=["side-lying", "seated"],
        languages=["English", "Spanish"],
        created_at=utc(MONDAY),
    )
    session.add(therapist)
    session.flush()
    place = Location(
        therapist_id=therapist.id,
        name="Demo Practice",
        address="1 Example Street",
        city="New York",
        jurisdiction="US-NY",
        zone=NEW_YORK,
        step_free=True,
        table_height="Electric, from 45 cm",
        arrival_note="Ring twice, the door opens by itself.",
    )
    session.add(place)
    session.flush()
    session.add_all(_service(place, minutes) for minutes in SERVICES)
    session.add_all(_hours(place, one, weekday) for weekday in days)
    session.add_all(_credential(therapist, type_, licence_until) for type_ in CREDENTIALS)
    session.flush()
    return therapist


def _service(place, minutes):
    return Service(
        therapist_id=place.therapist_id,
        location_id=place.id,
        name=SERVICES[minutes],
        description="With pauses.",
        minutes=minutes,
        minutes_before=0,
        minutes_after=15,
        price_cents=9500,
        currency="USD",
    )


def _hours(place, one, weekday):
    return WeeklyHours(
        therapist_id=place.therapist_id,
        location_id=place.id,
        weekday=weekday,
        opens=one.opens,
        closes=one.closes,
    )


def _credential(therapist, type_, licence_until):
    issuer, jurisdiction = CREDENTIALS[type_]
    ends = {CredentialType.LICENCE: licence_until, CredentialType.IDENTITY: None}
    return Credential(
        therapist_id=therapist.id,
        type=type_,
        issuer=issuer,
        jurisdiction=jurisdiction,
        number="D-0001",
        name_on_record=therapist.name,
        status=CredentialStatus.VALID,
        disciplinary="none",
        issued_on=date(2025, 1, 15),
        expires_on=ends.get(type_, VALID_UNTIL),
        source_url="https://register.example.org/D-0001",
        training_hours=24 if type_ is CredentialType.AUTOIMMUNE_TRAINING else None,
        checked_on=CHECKED_ON,
        checked_by="demo checker",
    )
