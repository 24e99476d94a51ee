"""Packed texts read back as what was packed, whichever database wrote them."""

from datetime import UTC, datetime

import pytest

from booking.kit.packed_rows import unpack, unpack_ranges

START, END = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, 0, 5, UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-25 00:30:00+00\x1f2026-10-25 01:30:00.000005+00",  # PostgreSQL
        "2026-10-25 00:30:00.000000\x1f2026-10-25 01:30:00.000005",  # SQLite
        # A session in London, an hour before and an hour after its clocks went back.
        "2026-10-25 01:30:00+01\x1f2026-10-25 01:30:00.000005+00",
        "2026-10-24 20:30:00-04\x1f2026-10-24 21:30:00.000005-04",
    ],
)
def test_instants_are_in_utc_whatever_the_session_said(text):
    [(start, end)] = unpack_ranges(text)

    assert (start, end) == (START, END)
    assert start.tzinfo is UTC
    assert end.tzinfo is UTC


def test_nothing_packed_is_no_rows():
    assert unpack(None) == unpack("") == unpack_ranges(None) == []


def test_what_is_missing_in_a_row_is_an_empty_word():
    assert unpack("a\x1f\x1fb\x1ec\x1fd\x1f") == [["a", "", "b"], ["c", "d", ""]]
