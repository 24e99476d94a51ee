from zoneinfo import available_timezones

import pytest

from booking.web import zones
from booking.web.zone_names import canonical_zone


@pytest.fixture
def zone_of(app):
    """What zone a request with this query and cookie is served in."""

    def ask(query="", cookie=""):
        headers = {"Cookie": f"tz={cookie}"} if cookie else {}
        with app.test_request_context("/" + query, headers=headers):
            return zones.visitor_zone("America/New_York")

    return ask


def test_what_was_chosen_goes_before_the_browser_and_the_browser_before_the_place(zone_of):
    assert zone_of("?zone=Europe/London", "Asia%2FKolkata") == "Europe/London"
    assert zone_of("", "Asia%2FKolkata") == "Asia/Kolkata"
    assert zone_of() == "America/New_York"


@pytest.mark.parametrize(
    "bad", ["", "../../etc/passwd", "EST5EDT,M3", "x" * 5000, "/etc/localtime"]
)
def test_what_is_no_zone_is_passed_over(zone_of, bad):
    assert zone_of(f"?zone={bad}") == "America/New_York"


def test_a_zone_in_use_is_offered_first_and_only_once():
    offered = [name for name, _ in zones.zone_options("Asia/Tokyo", "Europe/London")]

    assert offered[:2] == ["Asia/Tokyo", "Europe/London"]
    assert len(offered) == len(set(offered))


def test_every_zone_offered_exists():
    assert [name for name in zones.OFFERED if not zones.is_zone(name)] == []


def test_an_older_name_of_a_zone_still_works_and_is_listed_once(zone_of):
    assert zone_of("?zone=Asia/Calcutta") == "Asia/Kolkata"
    assert zone_of("", "US%2FEastern") == "America/New_York"

    labels = [label for _, label in zones.zone_options("Asia/Calcutta", "US/Eastern")]
    assert labels[:2] == ["Kolkata time", "New York time"]
    assert len(labels) == len(set(labels)) == len(zones.OFFERED)


def test_every_zone_there_is_has_a_name_that_exists():
    every = available_timezones()

    assert {canonical_zone(name) for name in every} <= every
