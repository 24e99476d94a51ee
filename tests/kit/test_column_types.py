"""Column types: instants, words, and health data nobody can read in the database."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import text, update
from sqlalchemy.exc import StatementError

from booking.checkins import service as check_ins
from booking.checkins.rules.scores import CheckInKind, Scores
from booking.checkins.service import NewAnswer
from booking.intake.models import Intake
from booking.kit.column_types import use_field_keys
from booking.messaging.inbound_models import InboundMessage
from booking.safety import alerts
from booking.scheduling.models import Appointment
from booking.scheduling.states import State
from tests.build.cast import ALICE
from tests.build.clinic import PATIENT, actor
from tests.build.settings import FIELD_KEY


@pytest.fixture
def keys():
    """Put the keys of the tests back, whatever a test did with them."""
    yield
    use_field_keys([FIELD_KEY])


def everything(clinic):
    """Every byte of every row, as the database holds it."""
    with clinic.engine.connect() as connection:
        if clinic.engine.dialect.name == "sqlite":
            rows = connection.connection.driver_connection.iterdump()
            return "\n".join(rows).casefold() + _blobs(connection)
        return _blobs(connection)


def _blobs(connection):
    found = []
    for table in Appointment.metadata.sorted_tables:
        for row in connection.execute(text(f'SELECT * FROM "{table.name}"')):
            for value in row:
                found.append(
                    bytes(value).decode("utf-8", "replace")
                    if isinstance(value, (bytes, memoryview))
                    else str(value)
                )
    return "\n".join(found).casefold()


def test_an_instant_comes_back_as_it_went_in_whatever_zone_it_was_said_in(clinic):
    booked = clinic.booked(ALICE)
    tokyo = datetime(2026, 3, 5, 23, 0, tzinfo=timezone(timedelta(hours=9)))
    with clinic.transaction() as session:
        session.execute(
            update(Appointment).where(Appointment.id == booked.id).values(confirmed_at=tokyo)
        )

    kept = clinic.reload(booked).confirmed_at

    assert kept == tokyo
    assert kept.tzinfo is UTC


def test_an_instant_without_a_zone_is_refused(clinic):
    booked = clinic.booked(ALICE)

    with clinic.reading() as session, pytest.raises(StatementError, match="time zone"):
        session.execute(
            update(Appointment)
            .where(Appointment.id == booked.id)
            .values(confirmed_at=datetime(2026, 3, 5, 9))  # noqa: DTZ001 - that is the point
        )


def test_microseconds_survive(clinic):
    booked = clinic.booked(ALICE)
    exact = clinic.now + timedelta(microseconds=123_457)
    with clinic.transaction() as session:
        session.get_one(Appointment, booked.id).confirmed_at = exact

    assert clinic.reload(booked).confirmed_at == exact


def test_a_word_outside_the_vocabulary_is_refused(clinic):
    booked = clinic.booked(ALICE)

    with clinic.reading() as session, pytest.raises(StatementError, match="teleported"):
        session.execute(
            update(Appointment).where(Appointment.id == booked.id).values(state="teleported")
        )
    assert clinic.reload(booked).state is State.BOOKED


def test_what_a_patient_tells_cannot_be_read_in_the_database(clinic):
    requested = clinic.booked(
        ALICE, at="2026-03-05T17:00Z", note="Zebrafish wolf butterfly", anticoagulant="warfarin"
    )
    clinic.grant(requested, clinician="Dr. Quokka Example", scope="Feather pressure")
    clinic.text_from(ALICE, "Marmalade and chest pain")
    clinic.clock.set(requested.ends_at)
    clinic.finish(requested)
    with clinic.unit_of_work(actor(requested, PATIENT)) as uow:
        check_ins.record_scores(
            uow,
            clinic.check_ins(requested)[CheckInKind.AFTER_24H].id,
            NewAnswer(Scores(4, 6, 3), "web", note="Platypus stiffness"),
        )
    with clinic.unit_of_work(clinic.staff()) as uow:
        alerts.close(uow, clinic.alerts()[0].id, "Rang her: narwhal")

    kept = everything(clinic)

    assert "alice" in kept  # it is the right database, and all of it
    for word in (
        "zebrafish",
        "warfarin",
        "anticoagulant",
        "quokka",
        "feather pressure",
        "marmalade",
        "chest pain",
        "platypus",
        "narwhal",
        "lupus",
    ):
        assert word not in kept


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_not_a_byte_of_it_is_in_the_files_either(clinic, tmp_path):
    clinic.booked(ALICE, note="Zebrafish wolf butterfly")
    clinic.text_from(ALICE, "Marmalade and chest pain")

    held = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())

    assert ALICE.email.encode() in held
    for word in (b"Zebrafish", b"Marmalade", b"chest pain"):
        assert word not in held


def test_what_was_kept_under_an_older_key_can_still_be_read(clinic, keys):
    clinic.booked(ALICE, note="Zebrafish")
    newer = Fernet.generate_key().decode()

    use_field_keys([newer, FIELD_KEY])
    clinic.text_from(ALICE, "Marmalade")

    assert "Zebrafish" in clinic.all(Intake)[0].answers
    use_field_keys([newer])
    assert clinic.all(InboundMessage)[0].body == "Marmalade"
    with pytest.raises(InvalidToken):
        clinic.all(Intake)


def test_the_same_words_never_look_the_same_in_the_database(clinic):
    clinic.text_from(ALICE, "Marmalade")
    clinic.text_from(ALICE, "Marmalade")

    with clinic.engine.connect() as connection:
        held = [
            bytes(row[0]) for row in connection.execute(text("SELECT body FROM inbound_message"))
        ]
    assert len(set(held)) == 2
