"""A hold and a booking ask the database little: each statement costs the next patient time."""

from tests.build.cast import ALICE, CARMEN, DANA
from tests.build.statements import noted


def about(statements, table):
    return [one for one in statements if f"{table}." in one or f" {table} " in one]


def test_a_hold_reads_what_is_on_offer_once_and_writes_one_row(clinic):
    with noted(clinic.engine) as asked:
        clinic.held(DANA, "2026-03-05T14:00Z")

    assert len(asked) <= 3
    assert len(about(asked, "weekly_hours")) == 1
    assert len([one for one in asked if "INSERT INTO" in one]) == 1


def test_a_booking_reads_its_service_once_and_its_appointment_once(clinic):
    clinic.booked(CARMEN, with_=DANA, at="2026-03-06T14:00Z")
    held = clinic.held(DANA, "2026-03-05T14:00Z")

    with noted(clinic.engine) as asked:
        clinic.book(held, ALICE)

    assert len([one for one in asked if " message" not in one]) <= 10
    assert len([one for one in asked if "INSERT INTO message" in one]) == 2
    assert len([one for one in asked if one.startswith("SELECT consent")]) == 1
    assert len([one for one in asked if "FROM appointment" in one]) == 1
    assert len([one for one in asked if "FROM service" in one]) == 1
