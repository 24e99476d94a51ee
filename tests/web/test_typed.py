"""Whatever stands in an address or a field is read as a value or as none, never as an error."""

import ast
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.web import typed
from booking.web.typed import read_day, read_id, read_instant, read_number
from tests.web import hostile

FORM = "%Y-%m-%dT%H:%M:%SZ"
WEB = Path(typed.__file__).parent
READERS = {"UUID", "date.fromisoformat", "datetime.fromisoformat", "datetime.strptime"}


def read_all(word):
    return [read_day(word), read_instant(word, FORM), read_id(word), read_number(word, 999)]


@given(st.text())
def test_any_text_is_read_as_a_value_or_as_none(word):
    read_all(word)


@pytest.mark.parametrize("word", hostile.ALL)
def test_a_hostile_word_is_read_as_a_value_or_as_none(word):
    read_all(word)


@pytest.mark.parametrize(
    "zone", ["Pacific/Kiritimati", "Etc/GMT+12", "Pacific/Apia", "Europe/Amsterdam"]
)
@given(day=st.dates())
def test_a_day_that_is_read_has_neighbours_in_every_zone(zone, day):
    read = read_day(day.isoformat())
    assert (read is None) == (day.year not in typed.YEARS)
    if read:
        for days in (-400, 0, 400):
            moved = read + timedelta(days=days)
            datetime(moved.year, moved.month, moved.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def test_what_we_write_is_read_back():
    one = UUID("0190f000-0000-7000-8000-00000000000a")

    assert read_day("2026-03-05") == date(2026, 3, 5)
    assert read_instant("2026-03-05T14:00:00Z", FORM) == datetime(2026, 3, 5, 14, tzinfo=UTC)
    assert read_id(str(one)) == read_id(str(one).upper()) == one
    assert (read_number("7", 10), read_number("10", 10)) == (7, 10)


@pytest.mark.parametrize("word", ["11", "-1", "+1", " 1", "1.0", "٣", "9" * 30, ""])
def test_a_number_out_of_its_bounds_is_none(word):
    assert read_number(word, 10) is None


@pytest.mark.parametrize("word", ["20260305", "2026-W10-4", "0001-01-01", "9999-12-31", "2026-3-5"])
def test_another_spelling_or_an_edge_of_the_calendar_is_no_day(word):
    assert read_day(word) is None


def test_nothing_else_on_the_website_reads_days_instants_or_ids():
    found = {
        f"{file.name}:{node.lineno}"
        for file in WEB.rglob("*.py")
        if file.name != "typed.py"
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in READERS
    }

    assert found == set()
