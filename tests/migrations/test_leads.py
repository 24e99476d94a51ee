"""Step 0017: what its key says of a reminder's lead stands in a column."""

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.messaging.models import Message
from tests.migrations.earlier import Earlier
from tests.migrations.kinds import ON_BOTH

pytestmark = ON_BOTH
BEFORE, STEP = "0016", "0017"
STORED = {
    "reminder:sms:a:v1:24h": ("reminder", "pending", 24),
    "reminder:email:a:v12:2h": ("reminder", "claimed", 2),
    "reminder:sms:b:v1:72h": ("reminder", "sending", 72),
    "reminder:sms:c:v1:24h": ("reminder", "delivered", None),
    "reminder:sms:d:again": ("reminder", "pending", None),
    "reminder:sms:d:v1:again": ("reminder", "pending", None),
    "check_in:sms:e:v1:24h": ("check_in", "pending", None),
}


@pytest.fixture
def earlier(steps, url):
    """The version before, as it writes."""
    upgrade(revision=BEFORE)
    writer = Earlier(url)
    for key, (kind, state, _lead) in STORED.items():
        writer.add(
            "message",
            id=writer.id(),
            kind=kind,
            channel="sms",
            dedupe_key=key,
            state=state,
            facts={},
        )
    yield writer
    writer.engine.dispose()


def test_a_reminder_that_may_still_go_gets_its_lead_and_keeps_its_key(earlier, engine):
    upgrade()

    with Session(engine) as session:
        kept = session.scalars(select(Message)).all()
    assert {one.dedupe_key: (one.kind, one.state, one.lead_hours) for one in kept} == STORED


def test_the_way_back_leaves_the_keys_as_they_were(earlier):
    upgrade(revision=STEP)

    downgrade(revision=BEFORE)

    assert {one["dedupe_key"] for one in earlier.rows("message")} == set(STORED)
