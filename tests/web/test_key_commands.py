"""Moving everything that is encrypted to a newer key, with the site's own command."""

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from booking.intake.models import Intake
from booking.kit import sealed_fields as sealed
from booking.kit.keyring import use_field_keys
from tests.build.settings import FIELD_KEY

NEWER = Fernet.generate_key().decode()


@pytest.fixture(autouse=True)
def keys():
    """Put the keys of the tests back, whatever a test did with them."""
    yield
    use_field_keys([FIELD_KEY])


def run(app):
    return app.test_cli_runner().invoke(args=["reencrypt"])


def intakes(runtime):
    with runtime.database.read_only() as session:
        return [one.answers for one in session.scalars(select(Intake))]


def test_what_was_written_under_an_older_key_opens_with_the_newer_alone(app, booked, runtime):
    before = intakes(runtime)
    use_field_keys([NEWER, FIELD_KEY])

    ran = run(app)

    assert ran.exit_code == 0, ran.output
    assert "intake: 1 fields" in ran.output
    use_field_keys([NEWER])
    assert intakes(runtime) == before != []


def test_run_again_it_moves_nothing(app, booked):
    use_field_keys([NEWER, FIELD_KEY])
    run(app)

    again = run(app)

    assert {line.rpartition(": ")[2] for line in again.output.splitlines()} == {"0 fields"}


def test_rows_beyond_one_batch_are_moved_too(app, booked, runtime, monkeypatch):
    monkeypatch.setattr(sealed, "AT_ONCE", 1)
    use_field_keys([NEWER, FIELD_KEY])

    assert run(app).exit_code == 0

    use_field_keys([NEWER])
    with runtime.database.read_only() as session:
        for table, columns in sealed.tables():
            assert sealed.reseal_some(session, table, columns, None)[1] == 0


def test_a_field_that_no_key_opens_is_named_by_its_table_and_nothing_is_lost(app, booked, runtime):
    before = intakes(runtime)
    use_field_keys([NEWER])

    ran = run(app)

    assert ran.exit_code == 1
    assert "none of FIELD_KEYS opens" in ran.output
    use_field_keys([FIELD_KEY])
    assert intakes(runtime) == before
