"""A patient whom the clinic knows."""

import pytest

from tests.build.cast import ALICE
from tests.scheduling.proving import FIRST


@pytest.fixture
def known(clinic):
    """ALICE, who has a session booked and was told of it."""
    booked = clinic.booked(ALICE, at=FIRST)
    clinic.send_due()
    clinic.sms.sent.clear()
    clinic.email.sent.clear()
    return booked
