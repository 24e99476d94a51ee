"""Step 0009: who typed one name in several forms of its letters becomes one patient."""

from uuid import UUID

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from booking.patients.queries import match_key
from tests.migrations.kinds import ON_BOTH

PATIENT = """
INSERT INTO patient (id, match_key, name, phone, email, zone, language,
                     wants_optional_reminder, discreet, created_at)
VALUES (:id, :key, :name, :phone, :email, 'America/New_York', 'en', :no, :discreet, :at)
"""
CONSENT = """
INSERT INTO consent (id, patient_id, kind, given, version, wording, source, at)
VALUES (:id, :patient, 'sms', :yes, 'sms-1', 'I agree', 'booking page', :at)
"""
PEOPLE = [
    ("José O'Neil", "+12125550134", "jose@example.org", False),
    ("Jose\u0301 O’Neil", "+12125550134", "Jose@example.org", True),
    ("José O´Neil", "+12125550134", "jose@example.org", False),
    ("José O'Neil", "+12125550135", "jose@example.org", False),
    ("Ana", "+12125550136", "ana@müller.de", False),
    ("ANA", "+12125550136", "ana@xn--mller-kva.de", False),
]


@pytest.fixture
def people(steps, engine):
    """The people of before the step, each with a word on texts."""
    upgrade(revision="0008")
    with engine.begin() as connection:
        for number, (name, phone, email, discreet) in enumerate(PEOPLE, 1):
            at = f"2026-03-0{number} 12:00:00"
            connection.execute(
                text(PATIENT),
                {
                    "id": UUID(int=number).hex,
                    "key": f"old-{number}",
                    "name": name,
                    "phone": phone,
                    "email": email,
                    "discreet": discreet,
                    "no": False,
                    "at": at,
                },
            )
            connection.execute(
                text(CONSENT),
                {
                    "id": UUID(int=100 + number).hex,
                    "patient": UUID(int=number).hex,
                    "yes": True,
                    "at": at,
                },
            )


def rows(engine, query):
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


@ON_BOTH
def test_one_person_is_the_oldest_row_with_everything_of_the_others(people, engine):
    upgrade(revision="0009")

    kept = rows(engine, "SELECT id, discreet FROM patient ORDER BY created_at")
    assert [(UUID(str(one)).int, bool(discreet)) for one, discreet in kept] == [
        (1, True),
        (4, False),
        (5, False),
    ]
    consents = rows(engine, "SELECT patient_id FROM consent ORDER BY at")
    assert [UUID(str(one)).int for (one,) in consents] == [1, 1, 1, 4, 5, 5]


@ON_BOTH
def test_the_keys_are_those_that_a_booking_looks_for(people, engine):
    upgrade(revision="0009")

    found = rows(engine, "SELECT name, phone, email, match_key FROM patient")
    assert all(match_key(*person) == key for *person, key in found)


@ON_BOTH
def test_the_step_can_be_taken_back_and_taken_again(people, engine):
    upgrade(revision="0009")
    downgrade(revision="0008")
    upgrade(revision="0009")

    assert len(rows(engine, "SELECT id FROM patient")) == 3
