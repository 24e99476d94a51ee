"""One calling code is of many countries: texts go to those that were named."""

import random

import pytest

from booking.clinic import text_countries
from booking.clinic.text_countries import country_of, is_texted


@pytest.mark.parametrize(
    ("phone", "country"),
    [
        ("+12125550111", "US"),
        ("+16475550111", "CA"),
        ("+17875550111", "PR"),
        ("+18765551234", "JM"),
        ("+18095551234", "DO"),
        ("+12425551234", "BS"),
        ("+447400123456", "GB"),
        ("+5215512345678", "MX"),
        # satellites and networks of no country
        ("+881655512345", None),
        ("+88213123456", None),
        ("+883510012345", None),
        # dear, or nobody's phone
        ("+19005551234", None),
        ("+18005551234", None),
        ("+15005550006", None),
        ("+15215550000", None),
        ("no number", None),
    ],
)
def test_a_number_belongs_to_the_country_of_its_digits_and_some_to_none(phone, country):
    assert country_of(phone) == country


def test_an_area_code_newer_than_the_data_counts_with_the_calling_code():
    assert country_of("+12115550111") == "US"


def test_the_last_four_digits_of_a_north_american_number_decide_nothing():
    dice = random.Random(7)
    for area in range(200, 1_000):
        exchange = f"+1{area}{dice.choice((555, 976, dice.randrange(200, 1_000)))}"
        lines = ("0000", "0100", "9999", f"{dice.randrange(10_000):04}")

        assert len({text_countries._looked_up(exchange + line) for line in lines}) == 1, exchange


def test_texts_go_to_the_named_countries_alone_though_others_share_their_calling_code():
    assert is_texted("+12125550111", {"US"})
    assert not is_texted("+16475550111", {"US"})
    assert is_texted("+16475550111", {"US", "CA"})
    assert not is_texted("+18765551234", {"US", "CA"})
    assert not is_texted("+881655512345", {"US"})
