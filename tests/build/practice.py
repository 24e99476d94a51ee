"""Puts the cast's therapists and staff into a database."""

from booking.accounts.models import Role, User
from tests.build.cast import CORA, DANA, THEO
from tests.build.therapists import add_therapist
from tests.build.times import MONDAY, utc


def open_practice(session):
    """Add the therapists and the coordinator; returns the services by (slug, minutes)."""
    found = {}
    for one in (DANA, THEO):
        for service in add_therapist(session, one).services:
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
