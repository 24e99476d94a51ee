"""What tests of conversations begin with: a phone that was told something, or asked."""

import pytest

from tests.build.cast import ALICE
from tests.build.conversation import SESSION


@pytest.fixture
def told(clinic):
    """ALICE's appointment, of which she has just had the confirmation."""
    booked = clinic.booked(ALICE, at=SESSION)
    clinic.send_due()
    return booked


@pytest.fixture
def asked(clinic):
    """ALICE's session, about which she was asked a day later."""
    done = clinic.finished(ALICE, at="2026-03-05T17:00Z")
    clinic.send_all("2026-03-06T18:00Z")
    return done
