"""The step that encrypts what was readable: nothing is lost, nothing stays, and it goes back."""

from contextlib import contextmanager
from hashlib import sha256

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from booking.checkins.models import Answer
from booking.kit.db import db, open_engine
from booking.kit.keyring import digests_of, use_field_keys
from booking.messaging.inbound_models import InboundMessage
from booking.messaging.kinds import Kind
from booking.messaging.models import Message
from booking.safety.models import Alert, AlertCause
from booking.safety.rules.red_flags import Tier
from booking.scheduling.models import Appointment
from tests.build.databases import MIGRATIONS, application
from tests.build.settings import FIELD_KEY
from tests.migrations.earlier import SESSIONS, Earlier, story

[FILE] = (MIGRATIONS / "versions").glob("*_sealed_answers.py")
STEP = FILE.name[:4]
BEFORE = FILE.read_text().split('down_revision = "')[1][:4]
KEYS = ("source_key", "dedupe_key")
READABLE = ("crisis", "scored", "amber", "emergency")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request, tmp_path):
    """A database as it was before the step, with a patient's answers in it."""
    use_field_keys([FIELD_KEY])
    if request.param == "postgresql":
        return request.getfixturevalue("postgres_databases")()
    return f"sqlite:///{tmp_path}/lupine.sqlite3"


@pytest.fixture
def earlier(steps, url):
    """The version before, as it writes."""
    writer = Earlier(url)
    yield writer
    writer.engine.dispose()


@pytest.fixture
def steps(url):
    with application(url) as app:
        upgrade(revision=BEFORE)
        yield app


def test_it_encrypts_what_is_there_and_loses_nothing(earlier, url):
    story(earlier)

    upgrade(revision=STEP)

    with _session(url) as session:
        found = session.scalars(select(Answer).order_by(Answer.id)).all()
        assert [one.numbers for one in found] == [
            (10 - number, 0, 5, None, number) for number in range(SESSIONS)
        ]
        assert [one.tier for one in session.scalars(select(Alert).order_by(Alert.id))] == [
            Tier.CRISIS,
            Tier.AMBER,
        ]
        [text_] = session.scalars(select(InboundMessage)).all()
        assert text_.meaning == "scored"
        assert session.scalar(select(Alert.inbound_sid).where(Alert.inbound_sid.is_not(None))) == (
            text_.sid
        )
        kinds = {(one.kind, one.template) for one in session.scalars(select(Message))}
        assert kinds == {
            (Kind.SAFETY, Kind.CRISIS),
            (Kind.SAFETY, Kind.EMERGENCY),
            (Kind.ON_CALL_ALERT, Kind.ON_CALL_ALERT),
            (Kind.REMINDER, Kind.REMINDER),
        }
        booked = session.scalars(select(Appointment)).all()
        assert {one.proven_by for one in booked} == {"earlier"}


def test_nothing_readable_stays_in_any_column(earlier, url):
    story(earlier)

    upgrade(revision=STEP)

    for name in ("answer", "alert", "joined_cause", "inbound_message", "message"):
        for row in earlier.rows(name):
            for value in row.values():
                words = str(value) if not isinstance(value, (bytes, memoryview)) else ""
                assert not any(word in words for word in READABLE), f"{name}: {words}"
                assert words != "a" * 64
    assert not {"pain", "sleep"} & set(earlier.rows("answer")[0])


def test_what_raised_an_alert_and_the_page_for_it_still_have_the_same_name(earlier, url):
    story(earlier)

    upgrade(revision=STEP)

    with _session(url) as session:
        sources = set(session.scalars(select(Alert.source_key)))
        joined = set(session.scalars(select(AlertCause.source_key)))
        keys = set(session.scalars(select(Message.dedupe_key)))
        [answered] = [one for one in sources if one.startswith("answer:")]
        [noted] = [one for one in sources if one.startswith("inbound:")]
        assert {f"safety:sms:{answered}", f"on_call_alert:sms:{answered}"} <= keys
        assert f"safety:sms:{noted}" in keys
        assert not joined & sources


def test_a_text_of_before_is_still_recognised_by_its_digest(earlier, url):
    earlier.add(
        "message",
        id=earlier.id(),
        kind="help",
        channel="sms",
        dedupe_key="k",
        state="delivered",
        body_digest=sha256(b"Willow: help.").hexdigest(),
        facts={},
    )

    upgrade(revision=STEP)

    [kept] = earlier.rows("message")
    assert kept["body_digest"] in digests_of("Willow: help.")


def test_the_way_back_gives_every_row_back_as_it_was(earlier, url):
    story(earlier)
    names = ("answer", "alert", "inbound_message", "message")
    before = {name: earlier.rows(name) for name in names}

    upgrade(revision=STEP)
    downgrade(revision=BEFORE)

    after = {name: earlier.rows(name) for name in names}
    for name in names:
        for was, became in zip(_sorted(before[name]), _sorted(after[name]), strict=True):
            for column in set(was) - {"body_digest", "sid", "inbound_sid", *KEYS}:
                assert became[column] == was[column], f"{name}.{column}"
    keys = {one["dedupe_key"] for one in after["message"]}
    answered = next(one["source_key"] for one in after["alert"] if "answer" in one["source_key"])
    assert answered.endswith(":crisis")
    assert f"crisis:sms:{answered}" in keys


def _sorted(rows):
    return sorted(rows, key=lambda row: str(row.get("id") or row.get("sid")))


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_not_a_byte_of_it_stays_in_the_file(earlier, url, tmp_path):
    story(earlier)

    upgrade(revision=STEP)

    db.engine.dispose()
    earlier.engine.dispose()
    held = b"".join(one.read_bytes() for one in tmp_path.iterdir() if one.is_file())
    assert b"+12125550111" in held
    for word in (b"scored", b"crisis:sms", b"emergency:sms", b":amber"):
        assert word not in held


def test_a_step_that_broke_off_after_its_commit_can_be_taken_again(earlier, url):
    story(earlier)
    upgrade(revision=STEP)
    with earlier.engine.begin() as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{BEFORE}'"))

    upgrade(revision=STEP)

    assert len(earlier.rows("answer")) == SESSIONS


@contextmanager
def _session(url):
    # The tables of today ask for the columns of later steps too.
    upgrade()
    engine = open_engine(url)
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()
