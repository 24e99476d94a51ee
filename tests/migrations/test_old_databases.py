"""A database made with an early edition of the first step works after its upgrade."""

from uuid import UUID

import pytest
from flask_migrate import check, upgrade
from sqlalchemy import text

from booking.database_shape import UnfitDatabase, missing, refuse_at_start
from booking.messaging.inbound_models import InboundMessage
from booking.messaging.kinds import Channel, Kind
from booking.messaging.models import Sender
from booking.scheduling.models import Appointment
from tests.build.cast import ALICE, DANA
from tests.build.clinic import Clinic
from tests.build.settings import SENDER
from tests.migrations.early_editions import EDITIONS, early_steps
from tests.migrations.kinds import ON_BOTH

EARLY = "before texts were kept first"
KEPT_ID = UUID("00000000-0000-7000-8000-000000000a11")
SESSION = """
INSERT INTO appointment (
    id, therapist_id, service_id, location_id, state, starts_at, ends_at,
    blocked_from, blocked_until, patient_zone, version, created_at
) SELECT
    :id, service.therapist_id, service.id, service.location_id, 'cancelled',
    '2026-03-09 14:00:00.000000', '2026-03-09 15:00:00.000000',
    '2026-03-09 14:00:00.000000', '2026-03-09 15:15:00.000000',
    'America/New_York', 1, '2026-03-01 14:00:00.000000'
FROM service WHERE service.id = :service
"""
INBOUND = """
INSERT INTO inbound_message (sid, phone, recipient, body, received_at, needs_person)
VALUES ('SM1', '+12125550111', '+15005550006', :body, '2026-03-01 14:00:00.000000', false)
"""


@pytest.fixture(params=EDITIONS)
def edition(request):
    """Which of the early editions the database was made with."""
    return request.param


@pytest.fixture
def early(edition, steps, tmp_path):
    """The database as an early version left it, stamped 0006."""
    folder = early_steps(EDITIONS[edition], tmp_path / "early")
    upgrade(directory=str(folder), revision="0006")


@ON_BOTH
def test_what_an_early_database_lacks_is_there_after_its_upgrade(early, engine):
    upgrade()

    with engine.connect() as connection:
        assert missing(connection) == []
    refuse_at_start(engine)
    check()


@ON_BOTH
def test_an_early_database_books_and_sends_after_its_upgrade(early, engine, url):
    clinic = Clinic(engine, url)

    upgrade()
    booked = clinic.booked(ALICE, with_=DANA)
    clinic.send_due()
    clinic.text_from(ALICE, "C")

    assert clinic.message(kind=Kind.CONFIRMATION, channel=Channel.SMS).accepted_at
    assert clinic.reload(booked).confirmed_at


@ON_BOTH
@pytest.mark.parametrize("edition", [EARLY])
def test_the_rows_of_an_early_database_are_kept_and_filled(early, engine, url):
    clinic = Clinic(engine, url)
    with engine.begin() as connection:
        service = clinic.service(DANA).hex
        connection.execute(text(SESSION), {"id": KEPT_ID.hex, "service": service})
        connection.execute(text("INSERT INTO sender (address) VALUES (:it)"), {"it": SENDER})
        connection.execute(text(INBOUND), {"body": b"x"})

    upgrade()

    [kept] = clinic.all(Appointment)
    assert f"{kept.wall_start:%d %H:%M}" == "09 10:00"
    assert (kept.wall_zone, kept.wall_offset) == ("America/New_York", -4 * 3600)
    [sender] = clinic.all(Sender)
    assert sender.tokens == 0
    with engine.connect() as connection:
        waiting = text("SELECT count(*) FROM inbound_message WHERE handled_at IS NULL")
        assert connection.scalar(waiting) == 0, "what was acted on must not be acted on again"
    assert InboundMessage.attempts.expression.nullable is False


@ON_BOTH
@pytest.mark.parametrize("edition", [EARLY])
def test_nothing_starts_on_an_early_database_before_its_upgrade(early, engine):
    with pytest.raises(UnfitDatabase, match=r"is at step 0006 and this version .* db upgrade"):
        refuse_at_start(engine)
