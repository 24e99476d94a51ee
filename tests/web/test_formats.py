from datetime import UTC, date, datetime

import pytest

from booking.web import formats

NOON = datetime(2026, 7, 1, 16, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("America/New_York", "Wednesday, July 1 at 12:05 pm"),
        ("America/Los_Angeles", "Wednesday, July 1 at 9:05 am"),
        ("Australia/Sydney", "Thursday, July 2 at 2:05 am"),
        ("Europe/London", "Wednesday, July 1 at 5:05 pm"),
    ],
)
def test_a_time_reads_as_the_visitors_clock_shows_it(zone, said):
    assert formats.when(NOON, zone) == said


def test_midnight_and_noon_are_twelve():
    assert formats.clock_time(datetime(2026, 1, 1, 0, 30, tzinfo=UTC), "UTC") == "12:30 am"
    assert formats.clock_time(datetime(2026, 1, 1, 12, 0, tzinfo=UTC), "UTC") == "12:00 pm"


def test_an_instant_survives_the_way_through_a_form():
    assert formats.parse_instant(formats.instant(NOON)) == NOON


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "2026-07-01",
        "2026-07-01T16:05:00",
        "x" * 500,
        "2026-13-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
    ],
)
def test_anything_else_is_no_instant(raw):
    assert formats.parse_instant(raw) is None


@pytest.mark.parametrize(
    ("cents", "currency", "said"),
    [
        (9500, "USD", "$95"),
        (6250, "GBP", "£62.50"),
        (123400, "AUD", "A$1,234"),
        (500, "CHF", "5 CHF"),
    ],
)
def test_money_reads_as_people_write_it(cents, currency, said):
    assert formats.money(cents, currency) == said


def test_days_and_phones():
    assert formats.day_with_year(date(2026, 3, 5)) == "March 5, 2026"
    assert formats.short_day(NOON, "Australia/Sydney") == "Thu, Jul 2"
    assert formats.tel("+1 (212) 555-0100") == "+12125550100"


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("America/New_York", "New York time"),
        ("Asia/Calcutta", "Kolkata time"),
        ("US/Eastern", "New York time"),
        ("Europe/Oslo", "Oslo time"),
        ("UTC", "UTC"),
        ("Etc/UCT", "UTC"),
    ],
)
def test_a_zone_is_called_by_its_one_name(zone, said):
    assert formats.zone_name(zone) == said
