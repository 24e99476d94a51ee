"""Puts the demo's therapists, their credentials, places, services and hours in the database."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from booking.kit.ids import new_id
from booking.therapists.eligibility import CredentialStatus, CredentialType
from booking.therapists.models import Credential, Location, Service, Therapist, WeeklyHours
from demo import queries
from demo.cast import DemoTherapist

_RIGHT: dict[str, CredentialType] = {
    "US-MN": CredentialType.BOARD_CERTIFICATION,
    "US-CA": CredentialType.BOARD_CERTIFICATION,
    "GB": CredentialType.REGISTER,
    "AU": CredentialType.ASSOCIATION,
    "CA-ON": CredentialType.REGISTER,
}
_SOURCES = "https://example.org/register"


def add_therapist(session: Session, cast: DemoTherapist, now: datetime) -> Therapist:
    """Add one therapist with everything a booking needs."""
    therapist = Therapist(
        slug=cast.slug,
        name=cast.name,
        practice=f"{cast.name.split()[0]}'s sample practice",
        about=cast.about,
        application_state=cast.state,
        expertise=list(cast.expertise),
        techniques=list(cast.techniques),
        positions=list(cast.positions),
        languages=list(cast.languages),
        created_at=now - timedelta(days=400),
    )
    session.add(therapist)
    session.flush()
    place = Location(
        id=new_id(),
        therapist_id=therapist.id,
        name="The quiet room",
        address="1 Sample Street",
        city=cast.city,
        jurisdiction=cast.jurisdiction,
        zone=cast.zone,
        step_free=cast.step_free,
        table_height="45 to 85 cm, electric",
        arrival_note="Ring the lower bell and take your time; the door opens by itself.",
    )
    session.add(place)
    session.flush()
    for offer in cast.services:
        session.add(
            Service(
                therapist_id=therapist.id,
                location_id=place.id,
                name=offer.name,
                description=offer.description,
                minutes=offer.minutes,
                minutes_before=offer.minutes_before,
                minutes_after=offer.minutes_after,
                price_cents=offer.price_cents,
                currency=cast.currency,
            )
        )
    for weekday in cast.days:
        for opens, closes in cast.hours:
            session.add(
                WeeklyHours(
                    therapist_id=therapist.id,
                    location_id=place.id,
                    weekday=weekday,
                    opens=opens,
                    closes=closes,
                )
            )
    session.add_all(_credentials(therapist, cast, now.date()))
    session.flush()
    return therapist


def let_licence_lapse(session: Session, therapist: Therapist, today: date) -> None:
    """Let the right to practise run out, as of some days ago."""
    for licence in queries.credentials(session, therapist.id, CredentialType.LICENCE):
        licence.expires_on = today - timedelta(days=9)


def _credentials(therapist: Therapist, cast: DemoTherapist, today: date) -> list[Credential]:
    right = _RIGHT.get(cast.jurisdiction, CredentialType.LICENCE)
    country = cast.jurisdiction.partition("-")[0]
    types = [
        right,
        CredentialType.INSURANCE,
        CredentialType.IDENTITY,
        CredentialType.BACKGROUND_CHECK,
        CredentialType.FIRST_AID,
    ]
    if cast.trained:
        types.append(CredentialType.AUTOIMMUNE_TRAINING)
    return [_credential(therapist, type_, cast, country, today) for type_ in types]


def _credential(
    therapist: Therapist,
    type_: CredentialType,
    cast: DemoTherapist,
    country: str,
    today: date,
) -> Credential:
    is_local = type_ in {CredentialType.LICENCE, CredentialType.REGISTER}
    is_training = type_ is CredentialType.AUTOIMMUNE_TRAINING
    return Credential(
        id=new_id(),
        therapist_id=therapist.id,
        type=type_,
        issuer="Sample course" if is_training else "Sample board",
        jurisdiction=cast.jurisdiction if is_local else country,
        number=f"DEMO-{therapist.id:04d}",
        name_on_record=cast.name,
        status=CredentialStatus.VALID,
        disciplinary="none",
        issued_on=today - timedelta(days=300),
        expires_on=None if type_ is CredentialType.IDENTITY else today + timedelta(days=420),
        source_url=_SOURCES,
        training_hours=24 if is_training else None,
        checked_on=today - timedelta(days=4 + therapist.id),
        checked_by="Demo coordinator",
        next_check_on=today + timedelta(days=26),
    )
