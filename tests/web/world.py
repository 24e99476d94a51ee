"""A small clinic for tests of the website: one therapist who can be booked, one who cannot."""

from datetime import time

from booking.intake.rules.answers import BY_KEY, QuestionKind
from tests.build import intake, therapists
from tests.build.cast import TherapistOfCast
from tests.build.times import MONDAY, utc

NOW = utc(MONDAY)
"""Monday, March 2, 2026, 10:00 in New York."""


def add_therapist(
    session, slug="dana-demo", name="Dana Demo", *, licence_until=therapists.VALID_UNTIL
):
    """Add a therapist in New York who works from 9 to 17 on weekdays."""
    return therapists.add_therapist(
        session,
        TherapistOfCast(slug, name, time(9), time(17)),
        days=therapists.WEEKDAYS,
        licence_until=licence_until,
    )


WELL = {
    f"q_{key}": chosen if BY_KEY[key].kind is QuestionKind.MULTI else chosen[0]
    for key, chosen in intake.WELL.items()
}
"""The same intake as a form sends it."""

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
