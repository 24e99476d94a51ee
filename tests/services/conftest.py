"""Every test of a service runs on both databases."""

import pytest

from booking.messaging.kinds import Channel, Kind
from tests.build.cast import ALICE
from tests.services.reminder import FIRST_REMINDER, WEDNESDAY


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_kind(request):
    return request.param


@pytest.fixture
def reminded(clinic):
    """ALICE's appointment at the moment its first reminder is due."""
    booked = clinic.booked(ALICE, at=WEDNESDAY)
    clinic.send_due()
    clinic.report(clinic.message(kind=Kind.CONFIRMATION, channel=Channel.SMS), "delivered")
    clinic.sms.sent.clear()
    clinic.clock.set(FIRST_REMINDER)
    return booked
