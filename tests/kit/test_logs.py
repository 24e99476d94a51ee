"""Logs: one JSON object a line, and nobody's name or number in it, not even in a failure."""

import json
import subprocess
import sys

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from booking.patients.models import Patient
from tests.build.cast import ALICE

LOGS = """
import logging, sys
from booking.kit.logs import configure_logging
configure_logging()
words = sys.stdin.read()
try:
    raise RuntimeError(words)
except RuntimeError as failed:
    logging.getLogger("web").exception("failed")
    # As Celery does it: the failure and its trace are part of the line's words.
    logging.getLogger("celery.app.trace").error("raised: %r", failed)
    logging.getLogger("celery.app.trace").error("raised:\\n%s\\n", failed)
"""


@pytest.fixture
def database_kind():
    return "postgresql"


@pytest.mark.postgres
def test_a_row_that_the_database_refused_is_not_quoted(clinic):
    clinic.booked(ALICE)
    with pytest.raises(IntegrityError) as refused, clinic.transaction() as session:
        session.execute(update(Patient).values(zone=None))
    words = str(refused.value)
    assert ALICE.phone in words, "the database does quote it"

    logged = subprocess.run(
        [sys.executable, "-c", LOGS], input=words, capture_output=True, text=True, check=True
    )

    lines = [json.loads(line) for line in logged.stderr.splitlines()]
    assert len(lines) == 3
    for line in lines:
        assert "not-null constraint" in str(line)
        assert "UPDATE patient" in str(line)
        for private in (ALICE.phone, ALICE.name, ALICE.email):
            assert private not in str(line)
