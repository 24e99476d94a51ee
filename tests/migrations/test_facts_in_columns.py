"""Step 0015: what stood in parts of keys and in words stands in columns, and nothing is lost."""

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.kit.keyring import seal, use_field_keys
from booking.messaging.message import KEY_PARTS, MessageEventType, RepeatedAs
from booking.messaging.models import Message, MessageEvent
from booking.safety.models import Alert, AlertCause
from tests.build.settings import FIELD_KEY
from tests.migrations.earlier import AT, Earlier
from tests.migrations.kinds import ON_BOTH

pytestmark = ON_BOTH
BEFORE, STEP = "0014", "0015"
IN_OTHER_WORDS = {
    "cancel": MessageEventType.CANCELLED,
    "called_off_by_hand": MessageEventType.CANCELLED,
}


@pytest.fixture
def earlier(steps, url):
    """The version before, as it writes."""
    use_field_keys([FIELD_KEY])
    upgrade(revision=BEFORE)
    writer = Earlier(url)
    yield writer
    writer.engine.dispose()


def write(earlier, key):
    return earlier.add(
        "message",
        id=earlier.id(),
        kind="reminder",
        channel="sms",
        dedupe_key=key,
        state="failed",
        facts={},
    )["id"]


def note(earlier, number, message, what):
    earlier.add(
        "message_event", id=number, message_id=message, what=what, state="failed", detail={}
    )


def answer(earlier):
    """An answer, with all that it belongs to."""
    earlier.add("therapist", id=1, slug="dana", name="Dana")
    place = earlier.add("location", id=earlier.id(), therapist_id=1)["id"]
    service = earlier.add(
        "service", id=earlier.id(), therapist_id=1, location_id=place, currency="USD"
    )["id"]
    appointment = earlier.add(
        "appointment",
        id=earlier.id(),
        therapist_id=1,
        service_id=service,
        location_id=place,
        state="cancelled",
        starts_at=AT,
        ends_at=AT.replace(hour=16),
        blocked_from=AT,
        blocked_until=AT.replace(hour=17),
    )["id"]
    patient = earlier.add("patient", id=earlier.id(), match_key="m", phone="+12125550111")["id"]
    check_in = earlier.add(
        "check_in",
        id=earlier.id(),
        appointment_id=appointment,
        patient_id=patient,
        kind="after_24h",
    )["id"]
    return earlier.add(
        "answer", id=earlier.id(), check_in_id=check_in, numbers=seal("04 06 03 .. ..")
    )["id"]


def rows(engine, model):
    with Session(engine) as session:
        return session.scalars(select(model)).all()


def test_what_happened_to_a_message_is_one_word_an_act(earlier, engine):
    told = write(earlier, "reminder:sms:a:v1:24h")
    known = {one.value: one for one in MessageEventType} | IN_OTHER_WORDS
    for number, what in enumerate([*known, "tried_by_a_fork"]):
        note(earlier, number, told, what)

    upgrade()

    found = {one.what: one.type for one in rows(engine, MessageEvent)}
    assert found == {**known, "tried_by_a_fork": None}


def test_a_history_still_stands_after_the_step(earlier, engine):
    told = write(earlier, "reminder:sms:a:v1:24h")
    note(earlier, 1, told, "started")

    upgrade()

    with pytest.raises(IntegrityError, match="message_event_stands"), engine.begin() as connection:
        connection.execute(text("UPDATE message_event SET type = 'failed'"))


@pytest.mark.parametrize("how", RepeatedAs)
def test_a_repeat_names_the_message_it_repeats_and_how(earlier, engine, how):
    first = write(earlier, "reminder:sms:a:v1:24h")
    again = write(earlier, f"reminder:sms:{earlier.spelled(first)}:{KEY_PARTS[how]}")

    upgrade()

    found = {one.dedupe_key: one for one in rows(engine, Message)}
    original = found.pop("reminder:sms:a:v1:24h")
    [repeat] = found.values()
    assert (repeat.repeats, repeat.repeated_as) == (original.id, how)
    assert str(repeat.id).replace("-", "") == str(again).replace("-", "")
    assert (original.repeats, original.repeated_as) == (None, None)


@pytest.mark.parametrize(
    "key",
    [
        "reminder:sms:00000000-0000-0000-0000-000000000001:again",
        "reminder:sms:not-an-id:again",
        "reminder:sms:a:v1:again",
    ],
    ids=["of a message that is gone", "of no message", "of another make"],
)
def test_a_key_that_only_looks_like_a_repeats_is_none(earlier, engine, key):
    write(earlier, key)

    upgrade()

    [kept] = rows(engine, Message)
    assert (kept.repeats, kept.repeated_as) == (None, None)


def test_an_alert_names_the_answer_that_raised_it(earlier, engine):
    its = answer(earlier)
    raised = earlier.add(
        "alert",
        id=earlier.id(),
        tier=seal("amber"),
        state="open",
        source_key=f"answer:{earlier.spelled(its)}:0a1b2c3d",
    )
    earlier.add(
        "joined_cause", source_key=f"answer:{earlier.spelled(its)}:note", alert_id=raised["id"]
    )
    for source in (
        "answer:00000000-0000-0000-0000-000000000001:gone",
        "booking:00000000-0000-0000-0000-000000000002",
    ):
        earlier.add("alert", id=earlier.id(), tier=seal("red"), state="open", source_key=source)

    upgrade()

    [joined] = rows(engine, AlertCause)
    alerts = {one.source_key.partition(":")[0]: one.answer_id for one in rows(engine, Alert)}
    by_key = {one.source_key.rpartition(":")[2]: one.answer_id for one in rows(engine, Alert)}
    assert joined.answer_id is not None
    assert str(joined.answer_id) == str(earlier.spelled(its))
    assert by_key["0a1b2c3d"] == joined.answer_id
    assert by_key["gone"] is None
    assert alerts["booking"] is None


def test_a_step_that_broke_off_after_its_commit_can_be_taken_again(earlier):
    first = write(earlier, "reminder:sms:a:v1:24h")
    write(earlier, f"reminder:sms:{earlier.spelled(first)}:again")
    upgrade(revision=STEP)
    with earlier.engine.begin() as connection:
        connection.execute(text("DROP INDEX ix_message_repeats"))
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{BEFORE}'"))

    upgrade(revision=STEP)

    assert {one["repeated_as"] for one in earlier.rows("message")} == {None, "retry"}


def test_the_way_back_keeps_what_the_version_before_reads(earlier):
    first = write(earlier, "reminder:sms:a:v1:24h")
    write(earlier, f"reminder:sms:{earlier.spelled(first)}:again")
    note(earlier, 1, first, "cancel")
    names = ("message", "message_event")
    before = {name: earlier.rows(name) for name in names}

    upgrade(revision=STEP)
    downgrade(revision=BEFORE)

    assert {name: earlier.rows(name) for name in names} == before
