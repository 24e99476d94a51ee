"""Step 0016: the sentences that rows hold become reasons, and come back as they were."""

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from booking.messaging.models import Message
from booking.messaging.reason import Reason
from tests.migrations.earlier import Earlier
from tests.migrations.kinds import ON_BOTH

pytestmark = ON_BOTH
BEFORE, STEP = "0015", "0016"
STORED = {
    None: None,
    "quiet hours": Reason.QUIET_HOURS,
    "quiet hours until it is too late": Reason.QUIET_HOURS,
    "its words cannot be made": Reason.UNRENDERABLE,
    "the appointment is needs reassignment": Reason.NEEDS_REASSIGNMENT,
    "never taken, and too late now": Reason.NEVER_TAKEN_TOO_LATE,
    "refused (400)": Reason.OTHER_SIDE,
    "The phone was off or out of reach.": Reason.OTHER_SIDE,
}


@pytest.fixture
def earlier(steps, url):
    """The version before, as it writes."""
    upgrade(revision=BEFORE)
    writer = Earlier(url)
    for number, words in enumerate(STORED):
        writer.add(
            "message",
            id=writer.id(),
            kind="reminder",
            channel="sms",
            dedupe_key=str(number),
            state="cancelled",
            reason=words,
            facts={},
        )
    yield writer
    writer.engine.dispose()


def test_every_sentence_becomes_its_reason_and_stays_readable(earlier, engine):
    upgrade()

    with Session(engine) as session:
        kept = session.scalars(select(Message)).all()
    assert {one.reason_before: one.reason for one in kept} == STORED


def test_the_way_back_gives_the_version_before_its_sentences(earlier):
    upgrade(revision=STEP)
    with earlier.engine.begin() as connection:
        # As the new version writes: the reason alone.
        connection.execute(text("UPDATE message SET reason = NULL WHERE dedupe_key <> '7'"))

    downgrade(revision=BEFORE)

    found = {one["dedupe_key"]: one["reason"] for one in earlier.rows("message")}
    assert found == {
        "0": None,
        "1": "quiet hours",
        "2": "quiet hours",
        "3": "its words cannot be made",
        "4": "the appointment is needs reassignment",
        "5": "never taken, and too late now",
        "6": "refused",
        "7": "The phone was off or out of reach.",
    }
