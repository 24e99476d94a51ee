"""What stands readable beside a patient is on a list with its reason; all else is encrypted."""

from pathlib import Path

from sqlalchemy import Date, Uuid

from booking.kit.column_types import EncryptedScores, EncryptedText, EncryptedWord, UTCDateTime
from booking.tables import Base
from tests.contracts.readable import NOT_ABOUT_PATIENTS, READABLE

ROOT = Path(__file__).resolve().parents[2]
SEALED = (EncryptedScores, EncryptedText, EncryptedWord)
ABOUT_NOTHING = (Uuid, UTCDateTime, Date)
"""Ids and instants: what is said stands in the columns beside them."""


def readable(table):
    return {
        column.name
        for column in table.columns
        if not isinstance(column.type, SEALED + ABOUT_NOTHING)
    }


def test_every_table_is_the_clinics_own_or_has_its_readable_columns_listed():
    assert set(Base.metadata.tables) == NOT_ABOUT_PATIENTS | set(READABLE)


def test_every_readable_column_beside_a_patient_is_listed_with_a_reason():
    found = {name: readable(Base.metadata.tables[name]) for name in READABLE}

    assert found == {name: set(columns) for name, columns in READABLE.items()}
    assert all(reason for columns in READABLE.values() for reason in columns.values())


def test_nothing_of_the_clinics_own_leads_to_a_patient():
    for name in NOT_ABOUT_PATIENTS:
        targets = {key.column.table.name for key in Base.metadata.tables[name].foreign_keys}
        assert targets <= NOT_ABOUT_PATIENTS


def test_what_tells_of_health_is_among_the_encrypted():
    sealed = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, SEALED)
    }

    assert sealed == {
        "alert.outcome",
        "alert.tier",
        "answer.note",
        "answer.numbers",
        "clearance.clinician",
        "clearance.scope",
        "consent.evidence",
        "inbound_message.body",
        "inbound_message.meaning",
        "intake.answers",
        "message.sealed_kind",
        "message.words",
        "second_factor.secret",
    }
