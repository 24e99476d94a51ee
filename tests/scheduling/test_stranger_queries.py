"""Counting what strangers booked costs little, whatever the database knows of its tables."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from booking.scheduling import stranger_queries as strangers
from tests.build.cast import ALICE, DANA, THEO

READ_IN_FULL = text("SELECT sum(seq_tup_read) FROM pg_stat_xact_user_tables")
KEEP_THE_PLAN = text("SET plan_cache_mode = force_generic_plan")
UNTIL_PREPARED = 6
FEW, MANY = 2, 40


def person(number):
    own = {"phone": f"+1212555{100 + number:04}", "email": f"person{number}@example.org"}
    return replace(ALICE, **own)


def counted(session, clinic, number):
    one = person(number)
    return strangers.bookings(session, "a visitor", one.phone, one.email, clinic.now)


def book(clinic, numbers):
    for number in numbers:
        day, place = divmod(number, 4)
        at = f"2026-03-{9 + day:02}T{17 + place // 2 * 2}:00Z"
        clinic.booked(person(number), with_=[DANA, THEO][place % 2], at=at)


@pytest.mark.postgres
@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_a_plan_made_on_nearly_empty_tables_does_not_read_them_again_for_every_row(clinic):
    book(clinic, range(FEW))
    with Session(clinic.engine) as session:
        session.execute(KEEP_THE_PLAN)
        for _ in range(UNTIL_PREPARED):
            counted(session, clinic, 0)
        book(clinic, range(FEW, MANY))
        before = session.scalar(READ_IN_FULL)

        assert counted(session, clinic, 7) == (0, 1, 1)

        rows = MANY * 5
        assert session.scalar(READ_IN_FULL) - before <= rows * 3
